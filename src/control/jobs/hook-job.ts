import { createHash } from 'node:crypto'
import type { HookEvent, HookedChange } from '../../model/hook-run.ts'
import type { DeclaredHook, Installation } from '../../model/installation.ts'
import { type JsonObject, objectIn, writeJson } from '../../model/json.ts'
import type { KubernetesObject } from '../../model/object.ts'
import { boundedJob, jobName } from './job-template.ts'

/** Label of the Jobs of hooks: the name of the Repository. They have none of an installation. */
export const RUN_LABEL = 'reeve.dev/run-of'
/** Label of such a Job: the id of the installation. */
export const RUN_FOR_LABEL = 'reeve.dev/run-for'
/** Annotation of such a Job: the hook, and the event that it runs for. */
const RUN_ANNOTATION = 'reeve.dev/run'

/** Time for which a finished Job stays, in seconds, so that people can look at it: three days. */
const FINISHED_SECONDS = 259_200

export interface HookJob {
  readonly hook: DeclaredHook
  readonly event: HookEvent | 'operation'
  readonly change: Pick<HookedChange, 'source' | 'from'>
  readonly installation: Pick<Installation, 'id' | 'namespace'>
  /** Name of the Repository. */
  readonly repository: string
  /** Namespace of what names none. */
  readonly namespace: string
}

/**
 * The Job of a hook. Its name depends on what it runs for: another change has another Job, and whoever was to make it,
 * before it was killed, made this one.
 */
export function hookJob({
  hook,
  event,
  change,
  installation,
  repository,
  namespace,
}: HookJob): KubernetesObject {
  const { object } = hook.declared
  const { name, labels = {}, annotations = {}, namespace: own } = object.metadata
  const home = own || installation.namespace || namespace
  const spec = object.kind === 'Pod' ? jobOfPod(object) : objectIn(object.spec)
  const digest = createHash('sha256')
    .update(
      writeJson([
        repository,
        installation.id,
        home,
        name,
        event,
        change.source,
        change.from,
        hook.operation?.job ?? spec, // whatever its references come to
      ]),
    )
    .digest('hex')
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(name, digest),
      namespace: home,
      labels: { ...labels, [RUN_LABEL]: repository, [RUN_FOR_LABEL]: installation.id },
      annotations: { ...annotations, [RUN_ANNOTATION]: `${name} ${event}` },
    },
    spec: { ttlSecondsAfterFinished: FINISHED_SECONDS, ...boundedJob(spec) },
  }
}

/** A Pod runs once. */
function jobOfPod({ metadata, spec }: KubernetesObject): JsonObject {
  const { labels = {}, annotations = {} } = metadata
  const { restartPolicy, ...rest } = objectIn(spec)
  const ends = restartPolicy === 'OnFailure' ? 'OnFailure' : 'Never'
  return {
    backoffLimit: 0,
    template: { metadata: { labels, annotations }, spec: { ...rest, restartPolicy: ends } },
  }
}
