import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'
import { isCommitId } from '../../model/revision.ts'
import {
  type Aim,
  type FailedCheck,
  type GroupRecord,
  type MoveKind,
  NOTHING,
  type Proof,
  type Rejection,
  type StartedMove,
} from './group-record.ts'

/** A group's record as a document; times are RFC 3339. */
export function recordDocument(record: GroupRecord): JsonObject {
  const { at, wellSince, relapses, failure, proofs, rejected, moves, lastMove } = record
  return {
    at: { commit: at.commit, digest: at.digest, since: timeOf(at.since) },
    ...(wellSince !== undefined && { wellSince: timeOf(wellSince) }),
    ...(relapses > 0 && { relapses }),
    ...(failure && { failure: { ...failure } }),
    ...(proofs.length > 0 && {
      proofs: proofs.map(({ soaked, ...proof }) => ({ ...proof, soakedMs: soaked })),
    }),
    ...(rejected.length > 0 && {
      rejected: rejected.map(({ at: when, ...each }) => ({ ...each, at: timeOf(when) })),
    }),
    ...(moves.size > 0 && { moves: [...moves].map(moveDocument) }),
    ...(lastMove !== undefined && { lastMove: timeOf(lastMove) }),
  }
}

function moveDocument([member, { kind, at, wasUnavailable }]: [string, StartedMove]): JsonObject {
  return { member, kind, at: timeOf(at), ...(wasUnavailable && { wasUnavailable }) }
}

/** Reads a result of recordDocument; undefined for anything else. */
export function readRecordDocument(value: JsonValue | undefined): GroupRecord | undefined {
  if (!isJsonObject(value)) return undefined
  const at = readAim(value.at)
  if (at === undefined) return undefined
  const { relapses } = value
  const failure = readFailure(value.failure)
  const [wellSince, lastMove] = [readTime(value.wellSince), readTime(value.lastMove)]
  return {
    at,
    ...(wellSince !== undefined && { wellSince }),
    relapses: Number.isSafeInteger(relapses) ? Math.max(0, Number(relapses)) : 0,
    ...(failure && { failure }),
    proofs: readList(value.proofs, readProof),
    rejected: readList(value.rejected, readRejection),
    moves: new Map(readList(value.moves, readMove)),
    ...(lastMove !== undefined && { lastMove }),
  }
}

function readAim(value: JsonValue | undefined): Aim | undefined {
  const { commit, digest, since } = objectIn(value)
  const time = readTime(since)
  if (typeof digest !== 'string' || time === undefined) return undefined
  if (commit === NOTHING.commit) return { ...NOTHING, since: time }
  return isCommitId(commit) ? { commit, digest, since: time } : undefined
}

function readFailure(value: JsonValue | undefined): FailedCheck | undefined {
  const { name, check, reason } = objectIn(value)
  if (typeof name !== 'string' || typeof check !== 'string' || typeof reason !== 'string') return undefined
  return { name, check, reason }
}

function readProof({ commit, digest, soakedMs }: JsonObject): Proof | undefined {
  if (!isCommitId(commit) || typeof digest !== 'string' || typeof soakedMs !== 'number') return undefined
  return { commit, digest, soaked: Math.max(0, soakedMs) }
}

function readRejection({ commit, digest, head, why, at }: JsonObject): Rejection | undefined {
  const time = readTime(at)
  if (!isCommitId(commit) || !isCommitId(head) || typeof digest !== 'string') return undefined
  if (typeof why !== 'string' || time === undefined) return undefined
  return { commit, digest, head, why, at: time }
}

const KINDS: ReadonlySet<string> = new Set<MoveKind>(['inherited', 'own', 'back', 'new', 'wake'])

function readMove({ member, kind, at, wasUnavailable }: JsonObject): [string, StartedMove] | undefined {
  const time = readTime(at)
  if (typeof member !== 'string' || time === undefined || typeof kind !== 'string' || !KINDS.has(kind))
    return undefined
  return [member, { kind: kind as MoveKind, at: time, wasUnavailable: wasUnavailable === true }]
}

function readList<T>(value: JsonValue | undefined, read: (item: JsonObject) => T | undefined): T[] {
  return isJsonArray(value) ? value.filter(isJsonObject).flatMap((item) => oneOrNone(read(item))) : []
}

function oneOrNone<T>(item: T | undefined): T[] {
  return item === undefined ? [] : [item]
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}

function readTime(value: JsonValue | undefined): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
