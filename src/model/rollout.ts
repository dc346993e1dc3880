import type { Check } from './rollout-check.ts'

/** A number of members: as it is, or a share of all of them in percent. */
export type Amount = { readonly count: number } | { readonly percent: number }

/** How a group's members move to what they inherit, as its document at the head says. Times in ms. */
export interface Rollout {
  /** Maximum number of members that moves keep from being available; a share is at least one. */
  readonly maxUnavailable: Amount
  /** Number of members that may be unavailable before their move without counting. */
  readonly tolerate: Amount
  /** Label by whose values members move, the lowest first; by default they move by name. */
  readonly order?: string
  /** Label by whose values hibernated members wake; by default that of `order`. */
  readonly wake?: string
  /** Time between the starts of two moves. */
  readonly pauseBetween: number
  readonly paused: boolean
  /** Groups that prove a revision before this one takes it. */
  readonly after: readonly Ring[]
  readonly windows: readonly Window[]
  readonly freeze?: Freeze
  /** Time that a member is healthy before it has moved. */
  readonly minReady: number
  /** Maximum time of a move; it has failed then. */
  readonly timeout: number
  readonly onFailure: 'halt' | 'rollback' | 'continue'
  /** Number of members that may fail without that being a failure of the revision. */
  readonly failureBudget: Amount
  /** Whether a rollback takes back all members that were moved, and not only those that are not well. */
  readonly rollsAllBack: boolean
  /** Whether each revision waits for an approval. */
  readonly needsApproval: boolean
  /** Names of members that stay where they are. */
  readonly skip: readonly string[]
  /** Questions that are asked before a revision is proven. */
  readonly verify: readonly Check[]
}

/** A group that takes a revision first, and for how long all its members are well before that counts. */
export interface Ring {
  readonly group: string
  /** In ms. */
  readonly soak: number
}

/** A time in which moves may begin, or may not. */
export interface Window {
  readonly kind: 'allow' | 'deny'
  /** Cron expression of its beginnings. */
  readonly schedule: string
  /** In ms. */
  readonly duration: number
  /** IANA name. */
  readonly timeZone: string
}

export interface Freeze {
  /** In ms since the epoch. */
  readonly until: number
  readonly reason: string
}

/** The number that an amount is of `all`; a share is rounded down. */
export function amountOf(amount: Amount, all: number): number {
  return 'count' in amount ? amount.count : Math.floor((all * amount.percent) / 100)
}
