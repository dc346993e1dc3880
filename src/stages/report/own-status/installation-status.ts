import { cut } from '../../../model/cut.ts'
import { abbreviateCounts, describeCounts } from '../../../model/describe-counts.ts'
import { type JsonObject, objectIn } from '../../../model/json.ts'
import type { LiveObject } from '../../../model/object.ts'
import type { InstallationState, InstallationStatus } from '../../../model/status.ts'
import { type Condition, withTimes } from './conditions.ts'
import { describeRefusal, refusedFields } from './refused-change.ts'

/** Maximum length of a message, in characters; the API server accepts up to 32768 bytes, too long to read. */
const LONGEST = 1_000
const ABBREVIATED = 7

/**
 * `status` of an Installation object: the record in short, with the conditions that tools expect (kstatus):
 * Ready, Progressing and Stalled.
 *
 * @param live the object in the cluster
 * @param now RFC 3339, whole seconds
 */
export function installationStatus(status: InstallationStatus, live: LiveObject, now: string): JsonObject {
  const { state, version, group, commit, applied, objects, overridden } = status
  const before = objectIn(live.status)
  const generation = live.metadata.generation ?? 0
  const message = messageOf(status)
  return {
    observedGeneration: generation,
    state,
    ...(version !== undefined && { version }),
    ...(group !== undefined && { group }),
    health: abbreviateCounts(objects),
    commit,
    abbreviatedCommit: commit.slice(0, ABBREVIATED),
    ...(applied !== undefined && { appliedCommit: applied.own }),
    ...(message !== undefined && { message }),
    conditions: withTimes(
      [...conditionsOf(status, message), specCondition(status, live)],
      before.conditions,
      generation,
      now,
    ),
    ...(overridden && { overridden: overridden.map((setting): JsonObject => ({ ...setting })) }),
  }
}

/** The first problem, with its place and remedy; undefined where there is none. */
export function messageOf({ problems }: Pick<InstallationStatus, 'problems'>): string | undefined {
  const [first, ...others] = problems
  if (first === undefined) return undefined
  const { file, line, object, message, remedy } = first
  const place = file === undefined ? '' : `${file}:${line}: `
  const who = object === undefined ? '' : `${object}: `
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  const text = `${place}${who}${message}${more}${remedy === undefined ? '' : `; ${remedy}`}`
  return cut(text, LONGEST)
}

/** Whether the specification is Git's. */
export function specCondition(
  { changes, problems }: Pick<InstallationStatus, 'changes' | 'problems'>,
  live: LiveObject,
): Condition {
  const type = 'SpecFromGit'
  const suspended = problems.find(({ code, object }) => code === 'suspended' && object === undefined)
  if (suspended) return { type, status: 'False', reason: 'SuspendedInCluster', message: suspended.message }
  const refused = refusedFields(changes, live)
  if (refused.length > 0)
    return { type, status: 'True', reason: 'ChangeRefused', message: describeRefusal(refused, live) }
  return { type, status: 'True', reason: 'AsDeclared', message: 'the specification is as Git declares it' }
}

type Verdict = Condition['status']

/** Ready, Progressing and Stalled, by state. */
const VERDICTS: Readonly<Record<InstallationState, readonly [Verdict, Verdict, Verdict]>> = {
  healthy: ['True', 'False', 'False'],
  hibernated: ['False', 'False', 'False'],
  'deletion-pending': ['False', 'False', 'False'],
  progressing: ['False', 'True', 'False'],
  waiting: ['False', 'True', 'False'],
  deleting: ['False', 'True', 'False'],
  suspended: ['Unknown', 'False', 'False'],
  degraded: ['False', 'False', 'True'],
  failed: ['False', 'False', 'True'],
  invalid: ['False', 'False', 'True'],
}

function conditionsOf(
  { state, objects }: InstallationStatus,
  message: string | undefined,
): readonly Condition[] {
  const reason = state.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase())
  const text = message ?? `healthy objects: ${describeCounts(objects)}`
  const types = ['Ready', 'Progressing', 'Stalled'] as const
  return types.map((type, index) => ({
    type,
    status: VERDICTS[state][index] ?? 'Unknown',
    reason,
    message: text,
  }))
}
