import type { JsonObject } from './json.ts'

/**
 * The states of a group's rollout, the most urgent first:
 * - `halted`: what it took failed, and a person has to act
 * - `waiting`: it waits for something besides its members
 * - `moving`: members are being brought to what it took
 * - `done`: all members are at the head
 */
export const ROLLOUT_STATES = ['halted', 'waiting', 'moving', 'done'] as const

export type RolloutState = (typeof ROLLOUT_STATES)[number]

/** How many members, and the names of the first ones. */
export interface Named {
  readonly count: number
  readonly names: readonly string[]
}

/** How a group's rollout is doing, as the status branch tells it. */
export interface GroupReport {
  readonly name: string
  readonly state: RolloutState
  /** Full id of the commit that its members are brought to; empty while there is none. */
  readonly commit: string
  /** Digest of what they inherit there. */
  readonly digest: string
  /** What it waits for, until when, and how to go on without waiting; absent where it is done. */
  readonly waits?: string
  readonly members: number
  /** Members that are at the commit. */
  readonly moved: number
  /** Members that a move keeps from being available: how many, and the names of the first ones. */
  readonly moving: Named
  /** Members that were not available before, or without, a move. */
  readonly unavailable: Named
  /** Members that wait for something of their own, the first ones. */
  readonly waiting: readonly { readonly member: string; readonly for: string }[]
  /** What is remembered of it, sealed. */
  readonly record: JsonObject
}
