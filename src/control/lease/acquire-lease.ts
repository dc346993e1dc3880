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
  openChallenge,
} from './lease.ts'
import type { WatchedLease } from './watched-lease.ts'

/** How long a holder has to answer whether it still runs. */
const ANSWER_WITHIN_MS = 4_000
/** And then once more, after the server has answered: it may be the one that kept everybody waiting. */
const LAST_CHANCE_MS = 2_000
/** How long after an answer it is asked again. */
const ASK_AGAIN_AFTER_MS = 30_000

/** What it takes to get the Lease. */
export interface Bid {
  readonly lease: WatchedLease
  readonly me: Identity
  /** Told whenever a holder is about to be asked. */
  readonly onAsk: (lease: Lease) => void
  /** Told whenever a holder has answered; what it throws ends the bid. */
  readonly onAnswer: (lease: Lease) => void
  readonly signal?: AbortSignal | undefined
}

/**
 * Resolves when the Lease is ours: at once where nobody has it, after some seconds where its holder
 * does not answer, otherwise when the holder gives it back or answers no more.
 * @returns when that was asked for, in milliseconds since the epoch
 */
export async function acquireLease(bid: Bid): Promise<number> {
  await bid.lease.read({ signal: bid.signal })
  for (;;) {
    bid.signal?.throwIfAborted()
    const claimedAt = await attempt(bid)
    if (claimedAt !== undefined) return claimedAt
  }
}

async function attempt(bid: Bid): Promise<number | undefined> {
  const { current } = bid.lease
  if (current === undefined || isOpen(current, bid.me)) return claim(bid)
  const answer = await ask(current, bid)
  if (answer === 'silence') return claim(bid)
  if (answer === 'answered') {
    bid.onAnswer(current)
    await bid.lease.until(isFree, ASK_AGAIN_AFTER_MS, bid.signal)
  }
  return undefined
}

/** Nobody else can have it: of processes with one data directory only one runs at a time. */
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

/** By another one that waits; its question will do. */
function isAskedAlready(known: Lease, lease: WatchedLease): boolean {
  return lease.isFollowing && openChallenge(known) !== undefined
}
