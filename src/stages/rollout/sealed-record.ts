import type { JsonObject, JsonValue } from '../../model/json.ts'
import { isJsonObject, writeJson } from '../../model/json.ts'
import type { GroupRecord } from './group-record.ts'
import { readRecordDocument, recordDocument } from './record-document.ts'

/** Makes and checks seals with a key that only Reeve has. */
export interface RecordSealer {
  readonly digest: (text: string, purpose: string) => string
  readonly isDigest: (given: string, text: string, purpose: string) => boolean
}

const PURPOSE = 'reeve.dev/rollout'

/** A record with the time at which it was written, in ms since the epoch. */
export interface DatedRecord {
  readonly record: GroupRecord
  readonly written: number
}

/** A group's record with a seal; without a key it has none. */
export function sealedRecord(
  group: string,
  { record, written }: DatedRecord,
  sealer: RecordSealer | undefined,
): JsonObject {
  const document = { ...recordDocument(record), written: new Date(written).toISOString() }
  return { ...document, ...(sealer && { seal: sealer.digest(textOf(group, document), PURPOSE) }) }
}

/** Reads a result of sealedRecord; undefined for anything else, and where a seal is missing that there can be. */
export function readSealedRecord(
  group: string,
  value: JsonValue | undefined,
  sealer: RecordSealer | undefined,
): DatedRecord | undefined {
  if (!isJsonObject(value)) return undefined
  const { seal, ...document } = value
  const record = readRecordDocument(document)
  const written = Date.parse(String(document.written))
  if (record === undefined || Number.isNaN(written)) return undefined
  if (sealer === undefined) return { record, written }
  const isAuthentic = typeof seal === 'string' && sealer.isDigest(seal, textOf(group, document), PURPOSE)
  return isAuthentic ? { record, written } : undefined
}

function textOf(group: string, document: JsonObject): string {
  return writeJson([group, document])
}

/** What two copies say together: the later one, and all that either rejects. */
export function mergedRecord(
  a: DatedRecord | undefined,
  b: DatedRecord | undefined,
): GroupRecord | undefined {
  if (a === undefined || b === undefined) return (a ?? b)?.record
  const [later, earlier] = a.written >= b.written ? [a, b] : [b, a]
  const known = new Set(later.record.rejected.map(({ digest }) => digest))
  const others = earlier.record.rejected.filter(({ digest }) => !known.has(digest))
  return { ...later.record, rejected: [...later.record.rejected, ...others] }
}
