import { isJsonArray, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'
import { isCommitId } from '../../model/revision.ts'
import type { GroupRevision, HistoryStep, ToldReport } from './rollout-history.ts'

/** Maximum number of rejections that are looked at: others may write any number. */
const MOST_REJECTED = 100

/** A report of the same commit, one after the other. */
type Stay = readonly (ToldReport & { readonly report: NonNullable<ToldReport['report']> })[]

/** What commits of a status branch tell of a group, the oldest first, as the revisions that it was at, the newest first. */
export function revisionsOf(told: readonly ToldReport[]): readonly GroupRevision[] {
  const stays: { readonly stay: Stay; readonly next: ToldReport | undefined }[] = []
  let stay: Stay = []
  for (const { report, ...each } of told) {
    const [first] = stay
    const isSame = first !== undefined && report !== undefined && keyOf(first.report) === keyOf(report)
    if (first !== undefined && !isSame) stays.push({ stay, next: { report, ...each } })
    if (report === undefined) stay = []
    else stay = isSame ? [...stay, { ...each, report }] : [{ ...each, report }]
  }
  if (stay.length > 0) stays.push({ stay, next: undefined })
  const revisions = stays.flatMap((each) => revisionOf(each) ?? [])
  return [...revisions, ...unseen(told)].sort((a, b) => a.from - b.from).reverse()
}

/** What was taken and gone back from between two commits of the status branch. */
function unseen(told: readonly ToldReport[]): readonly GroupRevision[] {
  return told.flatMap(({ at, report }, index) => {
    const before = told[index - 1]?.report
    if (report === undefined || before === undefined) return []
    const known = new Set([before.digest, ...rejectionsIn(before).map(({ digest }) => digest)])
    return rejectionsIn(report)
      .filter(({ digest }) => !known.has(digest))
      .flatMap(({ commit, why }): GroupRevision[] =>
        isCommitId(commit)
          ? [{ at: { commit }, from: at, until: at, end: 'gone-back', why: textOf(why), steps: [] }]
          : [],
      )
  })
}

/** The newest ones, as far as they can be read. */
function rejectionsIn({ record }: NonNullable<ToldReport['report']>): readonly JsonObject[] {
  return isJsonArray(record.rejected) ? record.rejected.slice(0, MOST_REJECTED).map(objectIn) : []
}

function textOf(why: JsonValue | undefined): string {
  return typeof why === 'string' ? why.slice(0, 1_000) : ''
}

function keyOf({ commit, digest }: { readonly commit: string; readonly digest: string }): string {
  return `${commit} ${digest}`
}

function revisionOf({
  stay,
  next,
}: {
  readonly stay: Stay
  readonly next: ToldReport | undefined
}): GroupRevision | undefined {
  const [first, last] = [stay[0], stay.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const done = stay.find(({ report }) => report.members > 0 && report.moved === report.members)
  const rejected = next && rejectionIn(next, last.report.digest)
  const why =
    rejected ?? (next === undefined && last.report.state === 'halted' ? last.report.waits : undefined)
  return {
    at: { commit: first.report.commit },
    from: first.at,
    ...(next && { until: next.at }),
    ...(done && { took: Math.max(0, done.at - first.at) }),
    end: endOf(last.report.state, done !== undefined, next, rejected),
    ...(why !== undefined && { why }),
    steps: stepsOf(stay).toReversed(),
  }
}

function endOf(
  state: GroupRevision['end'],
  wasDone: boolean,
  next: ToldReport | undefined,
  rejected: string | undefined,
): GroupRevision['end'] {
  if (next === undefined) return state
  if (next.report === undefined) return 'removed'
  if (rejected !== undefined) return 'gone-back'
  return wasDone ? 'done' : 'replaced'
}

/** Why what a group was at is rejected by what is told next. */
function rejectionIn({ report }: ToldReport, digest: string): string | undefined {
  const found = report && rejectionsIn(report).find((each) => each.digest === digest)
  return found && textOf(found.why)
}

/** As the lines of status commits: not each member that moves. */
function stepsOf(stay: Stay): readonly HistoryStep[] {
  return stay.flatMap(({ told, at, report }, index) => {
    const before = stay[index - 1]?.report
    const { state, moved, members, waits } = report
    const isSame = before?.state === state && (state === 'moving' || before.waits === waits)
    return isSame ? [] : [{ told, at, state, moved, members, ...(waits !== undefined && { waits }) }]
  })
}
