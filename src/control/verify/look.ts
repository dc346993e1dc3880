import type { Commit } from '../../model/snapshot.ts'
import type { Verdict } from './verdict.ts'

/** What a judgement looks at. Everything is fetched as it is needed. @throws FaultError if the remote cannot tell */
export interface Look {
  /** Undefined if it is gone. */
  readonly commit: (oid: string) => Promise<Commit | undefined>
  readonly verdict: (oid: string) => Promise<Verdict>
  /** All entries of a commit's tree: path → type and id. */
  readonly entries: (oid: string) => Promise<ReadonlyMap<string, string>>
  /** The same of what merging the second commit into the first gives; text: why that cannot be told. */
  readonly merged: (first: string, second: string) => Promise<ReadonlyMap<string, string> | string>
}
