import type { KubernetesObject } from '../../src/model/object.ts'

/** A small object and how the API server serves its kind. */
export interface Item {
  readonly object: KubernetesObject
  /** Path of the collection, `/api/v1/namespaces/NS/configmaps`. */
  readonly collection: string
}

/** So many objects make an installation. */
export const INSTALLATION_SIZE = 10

/** Collections that hold the workload, below a namespace. */
export const COLLECTIONS = [
  '/api/v1/namespaces/NS/configmaps',
  '/api/v1/namespaces/NS/secrets',
  '/api/v1/namespaces/NS/services',
  '/api/v1/namespaces/NS/serviceaccounts',
  '/apis/apps/v1/namespaces/NS/deployments',
] as const

/**
 * The objects of one installation: six ConfigMaps of half a kilobyte, a Secret, a headless Service, a
 * ServiceAccount and a Deployment (with no controllers to act on it).
 */
export function installationItems(namespace: string, name: string, version: string): readonly Item[] {
  const meta = (part: string) => ({
    name: `${name}-${part}`,
    namespace,
    labels: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/version': version },
  })
  const v1 = (kind: string, part: string, fields: object) =>
    ({ apiVersion: 'v1', kind, metadata: meta(part), ...fields }) as KubernetesObject
  const [configMaps, secrets, services, accounts, deployments] = COLLECTIONS
  return [
    ...Array.from({ length: 6 }, (_, index) => ({
      object: v1('ConfigMap', `settings-${index}`, { data: settings(name, index) }),
      collection: configMaps,
    })),
    { object: v1('Secret', 'key', { data: { key: btoa(`not a secret, ${name}`) } }), collection: secrets },
    { object: v1('Service', 'service', { spec: headless(name) }), collection: services },
    { object: v1('ServiceAccount', 'runner', {}), collection: accounts },
    {
      object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: meta('web'), spec: web(name) },
      collection: deployments,
    },
  ].map((item) => ({ ...item, collection: item.collection.replace('NS', namespace) }))
}

/** The objects of as many installations as it takes. */
export function items(namespace: string, objects: number, version: string): readonly Item[] {
  const names = installationNames(objects)
  return names.flatMap((name) => installationItems(namespace, name, version)).slice(0, objects)
}

export function installationNames(objects: number): readonly string[] {
  const count = Math.ceil(objects / INSTALLATION_SIZE)
  return Array.from({ length: count }, (_, index) => `app-${String(index).padStart(4, '0')}`)
}

function settings(name: string, index: number): Readonly<Record<string, string>> {
  const lines = Array.from(
    { length: 8 },
    (_, line) => `option.${line} = value ${line} of ${name}, part ${index}`,
  )
  return { mode: 'normal', 'settings.conf': lines.join('\n') }
}

function headless(name: string) {
  return { clusterIP: 'None', selector: { 'app.kubernetes.io/name': name }, ports: [{ port: 8080 }] }
}

function web(name: string) {
  const labels = { 'app.kubernetes.io/name': name }
  const container = { name: 'web', image: 'registry.example/web:1.0', ports: [{ containerPort: 8080 }] }
  return {
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [container] } },
  }
}
