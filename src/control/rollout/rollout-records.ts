import { isDeepStrictEqual } from 'node:util'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import type { GroupRecord } from '../../stages/rollout/group-record.ts'
import {
  mergedRecord,
  type RecordSealer,
  readSealedRecord,
  sealedRecord,
} from '../../stages/rollout/sealed-record.ts'
import type { RecordCopies } from './record-copies.ts'

export interface RolloutRecordsOptions {
  readonly copies: Pick<RecordCopies, 'load' | 'save'>
  /** Records of the status branch by group, and whether this Reeve wrote them. */
  readonly recorded: () => { readonly records: ReadonlyMap<string, JsonValue>; readonly areOwn: boolean }
  readonly sealer: () => RecordSealer | undefined
  readonly now: () => number
}

/** A record as other processes find it. */
interface Saved {
  readonly record: GroupRecord
  /** Sealed. */
  readonly document: JsonObject
}

/** What is remembered of groups' rollouts, in the cluster and in the status branch. */
export class RolloutRecords {
  readonly #options: RolloutRecordsOptions
  /** As decided last. */
  readonly #records = new Map<string, GroupRecord>()
  readonly #saved = new Map<string, Saved>()
  #isLoaded = false

  constructor(options: RolloutRecordsOptions) {
    this.#options = options
  }

  get(group: string): GroupRecord | undefined {
    return this.#records.get(group)
  }

  /** Records by group, those of groups that are gone included. */
  get all(): ReadonlyMap<string, GroupRecord> {
    return this.#records
  }

  /** The record as it was saved; undefined for none. */
  saved(group: string): Saved | undefined {
    return this.#saved.get(group)
  }

  /**
   * Loads the records of an earlier Reeve, once. Without a key nobody can forge, those of the status branch count only
   * where this Reeve wrote it.
   * @throws ApiError, ConnectionError
   */
  async load(): Promise<void> {
    if (this.#isLoaded) return
    const { copies, recorded, sealer, now } = this.#options
    const kept = await copies.load()
    const { records, areOwn } = recorded()
    const key = sealer()
    const onBranch = key !== undefined || areOwn ? records : new Map<string, JsonValue>()
    for (const group of new Set([...kept.keys(), ...onBranch.keys()])) {
      const [a, b] = [kept, onBranch].map((all) => readSealedRecord(group, all.get(group), key))
      const record = mergedRecord(a, b)
      if (record === undefined) continue
      this.#records.set(group, record)
      this.#saved.set(group, { record, document: sealedRecord(group, { record, written: now() }, key) })
    }
    this.#isLoaded = true
  }

  /**
   * Saves those that differ from before. Of commits with the same digest, the first stays: no record changes with each
   * commit of the branch.
   * @returns whether some record is another than before, saved or not
   * @throws ApiError, ConnectionError
   */
  async save(records: Iterable<readonly [string, GroupRecord]>): Promise<boolean> {
    const changed = [...records].filter(([group, record]) => !isDeepStrictEqual(record, this.get(group)))
    await Promise.all(changed.map(([group, record]) => this.#save(group, record)))
    return changed.length > 0
  }

  async #save(group: string, decided: GroupRecord): Promise<void> {
    const { copies, sealer, now } = this.#options
    const before = this.#saved.get(group)?.record
    const record = withKnownCommit(decided, before)
    if (!isDeepStrictEqual(record, before)) {
      const document = sealedRecord(group, { record, written: now() }, sealer())
      await copies.save(group, document)
      this.#saved.set(group, { record, document })
    }
    this.#records.set(group, decided)
  }
}

function withKnownCommit(record: GroupRecord, known: GroupRecord | undefined): GroupRecord {
  if (known?.at.digest !== record.at.digest) return record
  return { ...record, at: { ...record.at, commit: known.at.commit } }
}
