import type { ResolvedObject } from '../../model/installation.ts'
import { isJsonObject } from '../../model/json.ts'
import { idOf, type LiveObject, type ObjectId } from '../../model/object.ts'
import type { Health, InstallationStatus, JobRun } from '../../model/status.ts'
import { healthOf } from '../../stages/health/health-of.ts'
import { conditionOf } from '../../stages/health/read.ts'
import { appliedOf } from '../../stages/plan/applied.ts'
import type { Member } from '../fleet/member.ts'
import { isReleaseRun, isTakenOver, type Known, type Released } from './taken-over.ts'

/**
 * The run of an object that is not there: the recorded one of a Job that is removed once it has run
 * (spec.ttlSecondsAfterFinished), or one before the release was taken over. What has this very declaration is not
 * run again.
 */
export function runOf(
  { key, digest, object }: ResolvedObject,
  member: Released,
  known: Known,
): JobRun | undefined {
  const isRun = isReleaseRun(object)
  if (!isRun && !isRemovedWhenDone({ key, object })) return undefined
  const id = idOf(key)
  const recorded = known.record?.jobs?.find((run) => run.object === id && run.digest === digest)
  return recorded ?? (isRun && isTakenOver(member, known) ? { object: id, digest } : undefined)
}

export function healthOfRun({ failed }: JobRun): Health {
  return failed === undefined ? { status: 'healthy' } : { status: 'degraded', message: failed }
}

/**
 * Runs to record: Jobs that are removed once they have run and exist as declared, what ran and is gone, and what was
 * recorded of those that are left alone for now.
 */
export function runsToRecord(
  member: Released & Pick<Member, 'claims'>,
  known: Known,
  judge: (job: ResolvedObject, live: LiveObject) => Health | undefined,
): readonly JobRun[] {
  const isLeftAlone = ({ object }: JobRun) => !member.objects.has(object) && member.claims.includes(object)
  const kept = known.record?.jobs?.filter(isLeftAlone) ?? []
  const found = [...member.objects].flatMap(([id, job]): readonly JobRun[] | JobRun => {
    const live = known.live(id)
    if (live === undefined) return runOf(job, member, known) ?? []
    if (!isRemovedWhenDone(job) || appliedOf(live)?.digest !== job.digest) return []
    const health = judge(job, live)
    if (health === undefined) return []
    const failed = health.status === 'degraded' ? { failed: health.message } : {}
    return [{ object: id, digest: job.digest, ...failed }]
  })
  return [...kept, ...found]
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

function isRemovedWhenDone({ key, object }: Pick<ResolvedObject, 'key' | 'object'>): boolean {
  if (key.group !== 'batch' || key.kind !== 'Job') return false
  return isJsonObject(object.spec) && typeof object.spec.ttlSecondsAfterFinished === 'number'
}
