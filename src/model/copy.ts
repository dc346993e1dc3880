import { idOf, type ObjectId, type ObjectKey } from './object.ts'

/** The copy of its workloads that an installation declares, where it moves by blue/green. */
export interface Copy {
  /** The value of the label reeve.dev/copy, and the end of the names of its objects. */
  readonly name: string
  /** How long the copy before it stays once the Services select this one, in ms. */
  readonly keepOldFor: number
}

/** Number of characters of a copy's name. */
export const COPY_NAME_LENGTH = 10

const SUFFIX = new RegExp(`-[0-9a-f]{${COPY_NAME_LENGTH}}$`)

const COPIED_KINDS: ReadonlySet<string> = new Set([
  'Deployment.apps',
  'StatefulSet.apps',
  'DaemonSet.apps',
  'Mattermost.installation.mattermost.com',
  'ConfigMap.',
  'Secret.',
  'HorizontalPodAutoscaler.autoscaling',
  'PodDisruptionBudget.policy',
  'ScaledObject.keda.sh',
  'VerticalPodAutoscaler.autoscaling.k8s.io',
])

/** The name of an object in a copy. */
export function nameInCopy(name: string, copy: string): string {
  return `${name}-${copy}`
}

/** The id of an object of a copy without the copy's name: the same for any copy. Undefined for any other name. */
export function copiedId(key: ObjectKey): ObjectId | undefined {
  if (!COPIED_KINDS.has(`${key.kind}.${key.group}`) || !SUFFIX.test(key.name)) return undefined
  return idOf({ ...key, name: key.name.replace(SUFFIX, '') })
}
