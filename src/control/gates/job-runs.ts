import type { ResolvedObject } from '../../model/installation.ts'
import { isJsonObject } from '../../model/json.ts'
import { idOf, type LiveObject, type ObjectId } from '../../model/object.ts'
import type { Health, InstallationStatus, JobRun } from '../../model/status.ts'
import { conditionOf } from '../../stages/health/read.ts'
import { appliedOf } from '../../stages/plan/applied.ts'

/**
 * Recorded run of a Job that is removed once it has run (spec.ttlSecondsAfterFinished). A Job with this very
 * declaration is not run again.
 */
export function runOf(record: InstallationStatus | undefined, job: ResolvedObject): JobRun | undefined {
  if (!isRemovedWhenDone(job)) return undefined
  const id = idOf(job.key)
  return record?.jobs?.find(({ object, digest }) => object === id && digest === job.digest)
}

export function healthOfRun({ failed }: JobRun): Health {
  return failed === undefined ? { status: 'healthy' } : { status: 'degraded', message: failed }
}

/** Jobs to record: those that exist as declared, and those that existed and ran. */
export function runsToRecord(
  jobs: Iterable<ResolvedObject>,
  record: InstallationStatus | undefined,
  live: (id: ObjectId) => { readonly object: LiveObject; readonly health: Health } | undefined,
): readonly JobRun[] {
  return [...jobs].filter(isRemovedWhenDone).flatMap((job) => {
    const id = idOf(job.key)
    const found = live(id)
    if (found === undefined) return runOf(record, job) ?? []
    if (appliedOf(found.object)?.digest !== job.digest) return []
    const { health } = found
    const failed = health.status === 'degraded' ? { failed: health.message } : {}
    return [{ object: id, digest: job.digest, ...failed }]
  })
}

/** Record after a Job was deleted; undefined if it is unchanged, as when the Job had finished. */
export function withoutRun(
  record: InstallationStatus,
  id: ObjectId,
  job: LiveObject,
): InstallationStatus | undefined {
  if (isFinished(job) || !record.jobs?.some(({ object }) => object === id)) return undefined
  return { ...record, jobs: record.jobs.filter(({ object }) => object !== id) }
}

function isFinished(job: LiveObject): boolean {
  return ['Complete', 'Failed'].some((type) => conditionOf(job, type)?.status === 'True')
}

function isRemovedWhenDone({ key, object }: ResolvedObject): boolean {
  if (key.group !== 'batch' || key.kind !== 'Job') return false
  return isJsonObject(object.spec) && typeof object.spec.ttlSecondsAfterFinished === 'number'
}
