import type { Outbox } from '../../adapters/git/outbox.ts'
import type { GroupReport } from '../../model/group-report.ts'
import { readRecord } from '../../stages/report/read-record.ts'
import { readGroupReport } from '../../stages/report/rollouts/read-group-report.ts'
import { groupPath, shardOf, statusPath } from '../../stages/report/status-path.ts'
import type { RecordedMember } from './standing.ts'

/** Maximum size of a file that is read, in bytes: others may write to the branch. */
const LARGEST_GROUP = 4 << 20
const LARGEST_RECORD = 1 << 20
/** Number of files in memory at a time. */
const AT_A_TIME = 16

/** A file as it was read last. */
interface Read<T> {
  readonly oid: string
  readonly value: T | undefined
}

/** Reads what a commit of a status branch says of groups and installations, each file once while it stays the same. */
export class StatusFiles {
  readonly #outbox: Outbox
  readonly #groups = new Map<string, Read<GroupReport>>()
  readonly #members = new Map<string, Read<RecordedMember>>()

  constructor(outbox: Outbox) {
    this.#outbox = outbox
  }

  /** What it tells of groups, by name. */
  groups(
    files: ReadonlyMap<string, string>,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, GroupReport>> {
    const oidOf = (name: string) => files.get(groupPath(name))
    return this.#read(names, oidOf, this.#groups, LARGEST_GROUP, readGroupReport)
  }

  /** What it tells of installations, by name. */
  members(
    files: ReadonlyMap<string, string>,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, RecordedMember>> {
    const oidOf = (name: string) => files.get(statusPath(name, shardOf(name))) ?? files.get(statusPath(name))
    return this.#read(names, oidOf, this.#members, LARGEST_RECORD, readMember)
  }

  async #read<T>(
    names: readonly string[],
    oidOf: (name: string) => string | undefined,
    known: Map<string, Read<T>>,
    largest: number,
    read: (name: string, text: string) => T | undefined,
  ): Promise<ReadonlyMap<string, T>> {
    const wanted = names.flatMap((name) => {
      const oid = oidOf(name)
      return oid === undefined || known.get(name)?.oid === oid ? [] : [{ name, oid }]
    })
    for (let from = 0; from < wanted.length; from += AT_A_TIME) {
      const some = wanted.slice(from, from + AT_A_TIME)
      const texts = await this.#outbox.readTexts(
        some.map(({ oid }) => oid),
        largest,
      )
      for (const { name, oid } of some) known.set(name, { oid, value: read(name, texts.get(oid) ?? '') })
    }
    return new Map(
      names.flatMap((name): [string, T][] => {
        const value = oidOf(name) === undefined ? undefined : known.get(name)?.value
        return value === undefined ? [] : [[name, value]]
      }),
    )
  }
}

function readMember(name: string, text: string): RecordedMember | undefined {
  const record = readRecord(text)
  if (record === undefined || record.name !== name) return undefined
  const { state, inherits, problems } = record
  const problem = problems[0]?.message.slice(0, 500)
  return {
    state,
    ...(inherits && { commit: inherits.commit, digest: inherits.digest, group: inherits.group }),
    ...(problem !== undefined && { problem }),
  }
}
