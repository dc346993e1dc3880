import type { FileVersion, Outbox } from '../../adapters/git/outbox.ts'
import { FaultError, fault } from '../../model/fault.ts'
import type { Settings } from '../../model/settings.ts'
import { readGroupReport } from '../../stages/report/rollouts/read-group-report.ts'
import { groupPath } from '../../stages/report/status-path.ts'
import type { Log } from '../../support/telemetry/log.ts'
import { openForReading } from '../fleet/repository-parts.ts'
import { CommitNames } from './commit-names.ts'
import { revisionsOf } from './revisions-of.ts'
import type { GroupRevision, RolloutHistory, ToldReport } from './rollout-history.ts'

/** Maximum size of a file that is read, in bytes, and number of them in memory at a time. */
const LARGEST = 4 << 20
const AT_A_TIME = 16
/** Number of versions of a group's file that are looked at for each revision, so that the remote is not asked too much. */
const VERSIONS_EACH = 8

export interface HistoryOptions {
  readonly settings: Settings
  readonly log: Log
  readonly group: string
  /** Maximum number of revisions. */
  readonly limit: number
}

/**
 * How a group's rollout went, as the commits of the status branch tell it.
 * @throws FaultError git-no-branch, no-record, git-unreachable, git-unauthorized
 */
export async function readRolloutHistory(options: HistoryOptions): Promise<RolloutHistory> {
  const { settings, log, group, limit } = options
  const { statusBranch, branch } = settings
  await using parts = await openForReading(settings, log)
  const { outbox } = parts.repository
  const head = await outbox.fetch(statusBranch)
  if (head === undefined) throw new FaultError(fault('git-no-branch', statusBranch))
  const place = { branch: statusBranch, head, path: groupPath(group) }
  const isEnough = (versions: readonly FileVersion[]) => changesOf(versions).length > limit * VERSIONS_EACH
  const { versions, isWhole } = await outbox.fileHistory(place, isEnough)
  const found = revisionsOf(await reportsOf(group, changesOf(versions), outbox))
  const revisions = isWhole ? found : withoutBeginning(found)
  if (revisions.length === 0) throw new FaultError(fault('no-rollout-told', `${statusBranch}: ${group}`))
  await parts.repository.fetch(branch)
  const names = new CommitNames(parts.repository, branch)
  const named = []
  for (const revision of revisions.slice(0, limit))
    named.push({ ...revision, at: await names.of(revision.at.commit) })
  return { group, statusBranch, revisions: named, hasMore: revisions.length > limit || !isWhole }
}

/** The first one may have begun before what is known: it is left out, unless it is the only one. */
function withoutBeginning(revisions: readonly GroupRevision[]): readonly GroupRevision[] {
  if (revisions.length > 1) return revisions.slice(0, -1)
  return revisions.map(({ took: _, ...revision }) => revision)
}

/** Those that differ from the one before, the oldest first. */
function changesOf(versions: readonly FileVersion[]): readonly FileVersion[] {
  return versions.toReversed().filter(({ blob }, index, all) => blob !== all[index - 1]?.blob)
}

async function reportsOf(
  group: string,
  versions: readonly FileVersion[],
  outbox: Outbox,
): Promise<readonly ToldReport[]> {
  const reports: ToldReport[] = []
  for (let from = 0; from < versions.length; from += AT_A_TIME) {
    const some = versions.slice(from, from + AT_A_TIME)
    const texts = await outbox.readTexts([...new Set(some.flatMap(({ blob }) => blob ?? []))], LARGEST)
    for (const { commit, blob } of some) {
      const report = blob === undefined ? undefined : readGroupReport(group, texts.get(blob) ?? '')
      // What cannot be read tells nothing: others may have written it.
      if (report !== undefined || blob === undefined)
        reports.push({ told: commit.oid, at: commit.time * 1_000, report })
    }
  }
  return reports
}
