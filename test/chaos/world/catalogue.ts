import type { JsonObject } from '../../../src/model/json.ts'
import type { KubernetesObject } from '../../../src/model/object.ts'
import type { Resource } from '../../../src/model/schema.ts'
import { listKeeper, mapKeeper, type SlotKeeper } from './slots.ts'

/** A kind of objects that Git declares and the cluster changes in a chaos run. */
export interface ChaosKind {
  readonly resource: Resource
  readonly slots: SlotKeeper
  /** Whether others may add slots of their own: a list that is one value has room for one writer only. */
  readonly isShared: boolean
  /** What such an object holds besides its slots. */
  readonly skeleton: (name: string) => JsonObject
}

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']

function resource(group: string, kind: string, plural: string, namespaced = true): Resource {
  return { group, version: 'v1', kind, plural, namespaced, verbs: VERBS }
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const fromBase64 = (text: string) => Buffer.from(text, 'base64').toString()

export const KINDS: readonly ChaosKind[] = [
  {
    resource: resource('', 'ConfigMap', 'configmaps'),
    slots: mapKeeper('data'),
    isShared: true,
    skeleton: () => ({}),
  },
  {
    resource: resource('', 'Secret', 'secrets'),
    slots: mapKeeper('data', base64, fromBase64),
    isShared: true,
    skeleton: () => ({ type: 'Opaque' }),
  },
  {
    resource: resource('', 'Service', 'services'),
    slots: listKeeper({
      path: ['spec', 'ports'],
      name: ({ name }) => String(name),
      value: ({ targetPort }) => Number(targetPort),
      make: (name, targetPort, port) => ({ ...port, name, port: portOf(name), targetPort }),
    }),
    isShared: true,
    skeleton: (app) => ({ spec: { selector: { app } } }),
  },
  {
    resource: resource('apps', 'Deployment', 'deployments'),
    slots: listKeeper({
      path: ['spec', 'template', 'spec', 'containers'],
      name: ({ name }) => String(name),
      value: ({ image }) => Number(String(image).split(':')[1]),
      make: (name, value, container) => ({ ...container, name, image: `image:${value}` }),
    }),
    isShared: true,
    skeleton: (app) => ({
      spec: {
        replicas: 1,
        selector: { matchLabels: { app } },
        template: { metadata: { labels: { app } }, spec: { containers: [] } },
      },
    }),
  },
  {
    resource: resource('rbac.authorization.k8s.io', 'ClusterRole', 'clusterroles', false),
    slots: listKeeper({
      path: ['rules'],
      name: ({ resources }) => String(resources),
      value: ({ resourceNames }) => Number(resourceNames),
      make: (name, value) => ({
        apiGroups: ['chaos.example.com'],
        resources: [name],
        resourceNames: [`${value}`],
        verbs: ['get'],
      }),
    }),
    isShared: false,
    skeleton: () => ({}),
  },
  {
    resource: resource('chaos.example.com', 'Widget', 'widgets'),
    slots: listKeeper({
      path: ['spec', 'parts'],
      name: ({ name }) => String(name),
      value: ({ size }) => Number(size),
      make: (name, size, part) => ({ ...part, name, size }),
    }),
    isShared: true,
    skeleton: () => ({ spec: { parts: [] } }),
  },
]

const PART = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string' },
    size: { type: 'integer' },
    color: { type: 'string', default: 'red' },
  },
}

/** Defines the kind Widget, whose list of parts merges by name. */
export const WIDGET_DEFINITION: KubernetesObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.chaos.example.com' },
  spec: {
    group: 'chaos.example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                properties: {
                  parts: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: PART,
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
}

/** Ports differ by name: their numbers are keys of the list. */
function portOf(name: string): number {
  const [, kind = '', number = ''] = /^(\D+)(\d+)$/.exec(name) ?? []
  return (kind === 's' ? 8000 : 9000) + Number(number)
}

export function kindCalled(name: string): ChaosKind {
  const found = KINDS.find(({ resource }) => resource.kind === name)
  if (found === undefined) throw new RangeError(`no kind ${name}`)
  return found
}
