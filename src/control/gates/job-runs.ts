import type { ResolvedObject } from '../../model/installation.ts'
import { isJsonObject } from '../../model/json.ts'
import { idOf, type LiveObject, type ObjectId } from '../../model/object.ts'
import type { Health, InstallationStatus, JobRun } from '../../model/status.ts'
import { healthOf } from '../../stages/health/health-of.ts'
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

/**
 * Record after a Job was deleted; undefined if it is unchanged. A Job that was deleted before it finished has
 * not run; one that failed may be deleted before its failure was recorded.
 */
export function afterDeletion(
  record: InstallationStatus,
  id: ObjectId,
  job: LiveObject,
): InstallationStatus | undefined {
  const run = record.jobs?.find(({ object }) => object === id)
  if (record.jobs === undefined || run === undefined) return undefined
  if (!isFinished(job)) return { ...record, jobs: record.jobs.filter((other) => other !== run) }
  const health = healthOf(job)
  if (health.status !== 'degraded' || run.failed !== undefined) return undefined
  const failed = { ...run, failed: health.message }
  return { ...record, jobs: record.jobs.map((other) => (other === run ? failed : other)) }
}

function isFinished(job: LiveObject): boolean {
  return ['Complete', 'Failed'].some((type) => conditionOf(job, type)?.status === 'True')
}

function isRemovedWhenDone({ key, object }: ResolvedObject): boolean {
  if (key.group !== 'batch' || key.kind !== 'Job') return false
  return isJsonObject(object.spec) && typeof object.spec.ttlSecondsAfterFinished === 'number'
}
