import type { GroupView } from './rollout-view.ts'

/** A group, and what a change has it do. */
export interface ForecastGroup extends Pick<GroupView, 'name' | 'rollout' | 'around'> {
  /** Number of all members. */
  readonly all: number
  /** Number of members that inherit something else; undefined where what they inherit is the same. */
  readonly moving: number | undefined
  /** The change waits for an approval. */
  readonly isUnapproved?: boolean
  /** Why the group does not go on, as it is now. */
  readonly halted?: string
}

/** When a group begins and ends; undefined where it never does as its windows are. */
export interface Times {
  readonly begin: number | undefined
  readonly end: number | undefined
}
