import { cut } from '../../../model/cut.ts'
import {
  type GroupReport,
  type Named,
  ROLLOUT_STATES,
  type RolloutState,
} from '../../../model/group-report.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import { isCommitId } from '../../../model/revision.ts'
import { readOwnYaml } from '../read-own-yaml.ts'

/** Maximum length of a text, in characters, and of a list: Reeve writes shorter ones. */
const LONGEST = 1_000
const MOST = 20

/**
 * Reads what a Reeve wrote of a group's rollout; undefined for any other text, and for that of another group: others may
 * write to the branch. Its record is neither checked nor bounded.
 */
export function readGroupReport(group: string, text: string): GroupReport | undefined {
  const document = readOwnYaml(text)
  if (!isJsonObject(document) || objectIn(document.metadata).name !== group) return undefined
  const { state, commit, digest, waits, members, moved, moving, unavailable, waiting, record } = document
  if (!isState(state) || !isCommitId(commit) || typeof digest !== 'string') return undefined
  return {
    name: group,
    state,
    commit,
    digest: cut(digest, LONGEST),
    ...(typeof waits === 'string' && { waits: cut(waits, LONGEST) }),
    members: readCount(members),
    moved: Math.min(readCount(moved), readCount(members)),
    moving: readNamed(moving),
    unavailable: readNamed(unavailable),
    waiting: objectsIn(waiting).slice(0, MOST).flatMap(readWaiting),
    record: objectIn(record),
  }
}

function isState(state: JsonValue | undefined): state is RolloutState {
  return ROLLOUT_STATES.some((known) => known === state)
}

function readCount(value: JsonValue | undefined): number {
  return Number.isSafeInteger(value) ? Math.max(0, Number(value)) : 0
}

function readNamed(value: JsonValue | undefined): Named {
  const { count, names } = objectIn(value)
  const texts = isJsonArray(names) ? names.slice(0, MOST).filter((name) => typeof name === 'string') : []
  return { count: readCount(count), names: texts.map((name) => cut(name, LONGEST)) }
}

function readWaiting({ member, for: what }: JsonObject): GroupReport['waiting'] {
  if (typeof member !== 'string' || typeof what !== 'string') return []
  return [{ member: cut(member, LONGEST), for: cut(what, LONGEST) }]
}

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : []
}
