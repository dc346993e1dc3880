import { randomUUID } from 'node:crypto'
import type { Identity } from './identity.ts'
import {
  challenging,
  claiming,
  hasAnswered,
  isFree,
  isHeldBy,
  isLeftBehindBy,
  type Lease,
  notFollowedFor,
  openChallenge,
} from './lease.ts'
import type { WatchedLease } from './watched-lease.ts'

/** Maximum time for a holder to answer a challenge, in milliseconds. */
const ANSWER_WITHIN_MS = 4_000
/** Extra time after the server has answered, in milliseconds: the server may have caused the silence. */
const LAST_CHANCE_MS = 2_000
/** Delay before a holder that answered is asked again, in milliseconds. */
const ASK_AGAIN_AFTER_MS = 30_000

/**
 * Maximum time for which a holder is believed that answers and does not follow its branch, in milliseconds: longer
 * than it takes to find a process unhealthy, and than an exchange with the remote.
 */
const BELIEVED_FOR_MS = 2 * 3_600_000

/** Inputs for acquiring the Lease. */
export interface Bid {
  readonly lease: WatchedLease
  readonly me: Identity
  /** Called when a holder is about to be asked. */
  readonly onAsk: (lease: Lease) => void
  /** Called when a holder has answered; an error thrown here ends the bid. */
  readonly onAnswer: (lease: Lease) => void
  /** Called when the Lease is taken from a holder that answers. */
  readonly onDoubt: (lease: Lease) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Resolves when the Lease is ours: at once if it is free, after some seconds if its holder does not answer,
 * otherwise when the holder releases it or stops answering.
 * @returns when the claim was sent, in milliseconds since the epoch
 */
export async function acquireLease(bid: Bid): Promise<number> {
  await bid.lease.read({ signal: bid.signal })
  const began = performance.now()
  for (;;) {
    bid.signal?.throwIfAborted()
    const claimedAt = await attempt(bid, performance.now() - began)
    if (claimedAt !== undefined) return claimedAt
  }
}

/** @param waited milliseconds since the bid began */
async function attempt(bid: Bid, waited: number): Promise<number | undefined> {
  const { current } = bid.lease
  if (current === undefined || isOpen(current, bid.me)) return claim(bid)
  const answer = await ask(current, bid)
  if (answer === 'silence') return claim(bid)
  if (answer === 'answered') {
    if (!isBelieved(bid.lease.current ?? current, waited)) {
      bid.onDoubt(current)
      return claim(bid)
    }
    bid.onAnswer(current)
    await bid.lease.until(isFree, ASK_AGAIN_AFTER_MS, bid.signal)
  }
  return undefined
}

/** Whether a holder that answers also does its work; one that does not say is believed for as long. */
function isBelieved(lease: Lease, waited: number): boolean {
  return (notFollowedFor(lease) ?? waited) <= BELIEVED_FOR_MS
}

/** Whether no other process can hold it: only one process at a time runs with a data directory. */
export function isOpen(lease: Lease, me: Identity): boolean {
  return isFree(lease) || isHeldBy(me, lease) || isLeftBehindBy(me, lease)
}

async function claim({ lease, me, signal }: Bid): Promise<number | undefined> {
  const askedAt = Date.now()
  const answer = await lease.write(claiming(lease.current, me), { signal })
  return answer === 'moved' ? undefined : askedAt
}

/** Asks the holder whether it still runs. */
async function ask(known: Lease, bid: Bid): Promise<'answered' | 'silence' | 'unclear'> {
  const { lease, signal } = bid
  bid.onAsk(known)
  const asked = isAskedAlready(known, lease)
    ? known
    : await lease.write(challenging(randomUUID()), { signal })
  if (asked === 'moved') return 'unclear'
  lease.follow()
  const isOver = (now: Lease | undefined) => now === undefined || openChallenge(now) !== openChallenge(asked)
  if (!(await lease.until(isOver, ANSWER_WITHIN_MS, signal))) {
    await lease.read({ signal })
    if (!(await lease.until(isOver, LAST_CHANCE_MS, signal))) return 'silence'
  }
  return hasAnswered(asked, lease.current) ? 'answered' : 'unclear'
}

/** Whether another waiting process asked already: its challenge suffices. */
function isAskedAlready(known: Lease, lease: WatchedLease): boolean {
  return lease.isFollowing && openChallenge(known) !== undefined
}
