import type { DeclaredObject } from '../../../model/installation.ts'
import { isJsonObject, type JsonValue } from '../../../model/json.ts'
import { gvkOf } from '../../../model/object.ts'
import { type FieldPattern, parsePattern } from '../merge/field-pattern.ts'

/** Fields of one object that a controller decides, rather than Git. */
export interface Controlled {
  /** Fields that keep their live values whatever Git declares. */
  readonly fields: readonly FieldPattern[]
  /** Fields that are sent when Git changes them, and left otherwise. */
  readonly once: readonly FieldPattern[]
}

export type ControlledFields = (declared: DeclaredObject) => Controlled

interface ControlledField {
  /** JSON pointer, as in an ignore rule. */
  readonly pointer: string
  /** The writer that decides the value. */
  readonly by: string
  /** The declared objects of which it decides; by default all of the kind. */
  readonly of?: (declared: DeclaredObject) => boolean
  /**
   * What Git's value is good for all the same: to create the object with it (`create`), or to set it whenever
   * Git changes it (`change`).
   */
  readonly counts?: 'create' | 'change'
}

const JOB_LABELS = ['controller-uid', 'job-name', 'batch.kubernetes.io~1controller-uid']
const TOKEN_SECRET = 'kubernetes.io/service-account-token'
const BINDER = 'the volume binder'

/**
 * Fields of built-in kinds that a controller or the API server decides, by `group/Kind`: Git's value would be
 * overwritten or refused. What is merely allocated where Git leaves it out is in schema/allocated-fields.ts. In
 * an exported manifest, values that the cluster chose are no statement of the user's.
 */
const CONTROLLED: Readonly<Record<string, readonly ControlledField[]>> = {
  'rbac.authorization.k8s.io/ClusterRole': [
    { pointer: '/rules', by: 'the ClusterRole aggregation controller', of: isAggregated },
  ],
  'reeve.dev/Installation': [
    { pointer: '/spec/suspended', by: 'whoever set it last, Git or the cluster', counts: 'change' },
  ],
  'apps/Deployment': [
    {
      pointer: '/metadata/annotations/deployment.kubernetes.io~1revision',
      by: 'the Deployment controller',
    },
  ],
  'apps/DaemonSet': [
    {
      pointer: '/metadata/annotations/deprecated.daemonset.template.generation',
      by: 'the API server',
    },
  ],
  'batch/Job': [
    ...['/metadata', '/spec/template/metadata'].flatMap((metadata) =>
      [...JOB_LABELS, 'batch.kubernetes.io~1job-name'].map((label) => ({
        pointer: `${metadata}/labels/${label}`,
        by: 'the API server',
        of: hasGeneratedSelector,
      })),
    ),
    ...['controller-uid', 'batch.kubernetes.io~1controller-uid'].map((label) => ({
      pointer: `/spec/selector/matchLabels/${label}`,
      by: 'the API server',
      of: hasGeneratedSelector,
    })),
  ],
  '/Service': [
    { pointer: '/spec/clusterIP', by: 'the API server', of: isExportWithAddress },
    { pointer: '/spec/clusterIPs', by: 'the API server', of: isExportWithAddress },
    { pointer: '/spec/ipFamilies', by: 'the API server', of: isExported },
    { pointer: '/spec/healthCheckNodePort', by: 'the API server', of: isExported },
    {
      pointer: '/metadata/finalizers/[=service.kubernetes.io~1load-balancer-cleanup]',
      by: 'the Service controller',
    },
  ],
  '/PersistentVolumeClaim': [
    ...[
      'pv.kubernetes.io~1bind-completed',
      'pv.kubernetes.io~1bound-by-controller',
      'volume.beta.kubernetes.io~1storage-provisioner',
      'volume.kubernetes.io~1storage-provisioner',
      'volume.kubernetes.io~1storage-resizer',
      'volume.kubernetes.io~1selected-node',
    ].map((name) => ({ pointer: `/metadata/annotations/${name}`, by: BINDER })),
    // A restored claim needs the volume that it names, as long as none is chosen.
    { pointer: '/spec/volumeName', by: BINDER, of: isExported, counts: 'create' },
  ],
  '/PersistentVolume': [
    { pointer: '/metadata/annotations/pv.kubernetes.io~1bound-by-controller', by: BINDER },
    { pointer: '/spec/claimRef/uid', by: BINDER },
    { pointer: '/spec/claimRef/resourceVersion', by: BINDER },
  ],
  '/ServiceAccount': [{ pointer: '/secrets', by: 'the token controller', of: isExported }],
  '/Secret': [
    ...['/data/token', '/data/ca.crt', '/data/namespace'].map((pointer) => ({
      pointer,
      by: 'the token controller',
      of: isOfServiceAccount,
    })),
    {
      pointer: '/metadata/annotations/kubernetes.io~1service-account.uid',
      by: 'the token controller',
      of: isOfServiceAccount,
    },
  ],
  '/Pod': [{ pointer: '/spec/nodeName', by: 'the scheduler', of: isExported }],
  '/Namespace': [
    { pointer: '/spec/finalizers', by: 'the API server' },
    { pointer: '/metadata/labels/kubernetes.io~1metadata.name', by: 'the API server' },
  ],
  'autoscaling/HorizontalPodAutoscaler': ['conditions', 'current-metrics'].map((name) => ({
    pointer: `/metadata/annotations/autoscaling.alpha.kubernetes.io~1${name}`,
    by: 'the API server',
  })),
  'certificates.k8s.io/CertificateSigningRequest': ['username', 'uid', 'groups', 'extra'].map((field) => ({
    pointer: `/spec/${field}`,
    by: 'the API server',
  })),
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration': [injected('/webhooks/*/clientConfig')],
  'admissionregistration.k8s.io/MutatingWebhookConfiguration': [injected('/webhooks/*/clientConfig')],
  'apiregistration.k8s.io/APIService': [injected('/spec')],
  'apiextensions.k8s.io/CustomResourceDefinition': [injected('/spec/conversion/webhook/clientConfig')],
  // The operator removes it each time, and sets replicas and resources by it (apis/mattermost/v1beta1).
  'installation.mattermost.com/Mattermost': [
    { pointer: '/spec/size', by: 'the Mattermost operator', counts: 'change' },
  ],
}

/** Of any kind, in an exported manifest: an owner of another cluster would have the object deleted. */
const OF_EXPORTS: readonly ControlledField[] = [
  { pointer: '/metadata/ownerReferences', by: 'the garbage collector' },
  { pointer: '/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration', by: 'kubectl' },
]

const NOTHING: Controlled = { fields: [], once: [] }

/** A function that finds the controlled fields of declared objects; like objects share its results. */
export function controlledFields(): ControlledFields {
  const patterns = new Map<ControlledField, FieldPattern>()
  const known = new Map<string, Controlled>()
  const patternOf = (field: ControlledField): FieldPattern => {
    const pattern = patterns.get(field) ?? compile(field)
    patterns.set(field, pattern)
    return pattern
  }
  return (declared) => {
    const name = kindOf(declared)
    const found = fieldsIn(name, declared)
    if (found.length === 0) return NOTHING
    const key = `${name} ${found.map(({ pointer }) => pointer).join(' ')}`
    const controlled = known.get(key) ?? {
      fields: found.filter((field) => !isOnce(field)).map(patternOf),
      once: found.filter(isOnce).map(patternOf),
    }
    known.set(key, controlled)
    return controlled
  }
}

function kindOf({ object }: DeclaredObject): string {
  const { group, kind } = gvkOf(object)
  return `${group}/${kind}`
}

function fieldsIn(kind: string, declared: DeclaredObject): readonly ControlledField[] {
  const ofKind = Object.hasOwn(CONTROLLED, kind) ? (CONTROLLED[kind] ?? []) : []
  const isExport = isExported(declared)
  if (ofKind.length === 0 && !isExport) return ofKind
  return [...ofKind, ...(isExport ? OF_EXPORTS : [])].filter(({ of }) => of?.(declared) ?? true)
}

function isOnce({ counts }: ControlledField): boolean {
  return counts === 'change'
}

function compile({ pointer, by, counts }: ControlledField): FieldPattern {
  return { ...parsePattern(pointer), by, ...(counts === 'create' && { isInitial: true }) }
}

/** In an exported manifest, the certificate of the time counts until someone injects another. */
function injected(parent: string): ControlledField {
  return { pointer: `${parent}/caBundle`, by: 'an injector', of: isExported, counts: 'change' }
}

/** The controller rewrites the rules of every ClusterRole with this field, also if it selects nothing. */
function isAggregated({ object }: DeclaredObject): boolean {
  return isJsonObject(object.aggregationRule)
}

/** Whether the API server generates the selector, and the labels that it selects (batch/v1, manualSelector). */
function hasGeneratedSelector({ object }: DeclaredObject): boolean {
  return fieldOf(object.spec, 'manualSelector') !== true
}

function isExported({ exported }: DeclaredObject): boolean {
  return exported !== undefined
}

/** A headless Service says so by its address. */
function isExportWithAddress(declared: DeclaredObject): boolean {
  return isExported(declared) && fieldOf(declared.object.spec, 'clusterIP') !== 'None'
}

function isOfServiceAccount({ object }: DeclaredObject): boolean {
  return object.type === TOKEN_SECRET
}

function fieldOf(value: unknown, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined
}
