import type { Random } from '../../helpers/random.ts'
import type { RepositoryObjects } from './repository-objects.ts'

/** What a hostile change is made with. */
export interface ChangeMeans {
  readonly objects: RepositoryObjects
  /** The commit that changes begin at, which its target has left behind. */
  readonly from: string
  /** The commit that the target is at. */
  readonly target: string
  /** What `from` holds. */
  readonly files: Readonly<Record<string, string>>
  /** Of the directory of the attack. */
  readonly name: string
}

/** A commit to propose. */
export interface HostileChange {
  readonly title: string
  readonly head: string
  /** What its branch is called, below the prefix; by default, for its number. */
  readonly branch?: string
  /** Objects that the server lacks. */
  readonly missing?: readonly string[]
}

export type MakeChange = (random: Random, means: ChangeMeans) => HostileChange | Promise<HostileChange>
