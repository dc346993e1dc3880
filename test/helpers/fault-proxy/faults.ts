import { Random } from '../random.ts'
import type { ApiCall } from './api-call.ts'

const isAny = () => true
const isWatch = ({ kind }: ApiCall) => kind === 'watch'
const isAnswered = ({ kind }: ApiCall) => kind !== 'watch'
const isNextPage = ({ kind, query }: ApiCall) => kind === 'list' && query.has('continue')
/** A list for a watch to go on from; whoever lists once is right to take it for the newest. */
const isFirstPage = ({ kind, query, accept }: ApiCall) =>
  kind === 'list' && !query.has('continue') && !query.has('resourceVersion') && !accept.includes('Partial')

/** What can go wrong between a client and API servers behind a load balancer, and what it can befall. */
export const faultTable = {
  /** The connection breaks before the request is forwarded. */
  'reset-before': isAny,
  /** The request was carried out, and its answer is lost. */
  'answer-lost': isAnswered,
  /** The connection breaks in the middle of the answer. */
  'reset-in-answer': isAnswered,
  /** Nothing comes for a while, then the connection breaks. */
  stall: isAny,
  /** The answer takes its time. */
  slow: isAnswered,
  /** So many requests in a row are answered 500, 502, 503 or 504; one that writes may have been carried out. */
  burst: isAny,
  /** 429 with Retry-After. */
  throttled: isAny,
  /** The client's token is no longer accepted; its file is renewed a little later. */
  'expired-token': isAny,
  /** The server gets a new certificate, and the client's file of authorities the new one's; connections break. */
  'rotated-authority': isAny,
  /** The client's certificate is no longer accepted; its files are renewed a little later. */
  'rotated-client': isAny,
  /** A watch breaks off, or ends, in the middle of an event. */
  'watch-cut': isWatch,
  /** A watch ends in order, but early. */
  'watch-ended': isWatch,
  /** A watch begins earlier than asked: events come twice, and old ones after newer ones. */
  'watch-replayed': isWatch,
  /** 410 Gone as an event of a watch. */
  'watch-expired': isWatch,
  /** 410 Gone as the answer to a watch. */
  'watch-refused': isWatch,
  /** A watch tells nothing any more, until the connection breaks. */
  'watch-silent': isWatch,
  /** Events come late. */
  'watch-late': isWatch,
  /** 410 Gone in the middle of a list. */
  'list-expired': isNextPage,
  /** A list from an older cache. */
  'list-stale': isFirstPage,
} satisfies Record<string, (call: ApiCall) => boolean>

export type Fault = keyof typeof faultTable

export const FAULTS = Object.keys(faultTable) as readonly Fault[]

/** Probability of each fault, from 0 to 1, for each call that it can befall. */
export type FaultPlan = Readonly<Partial<Record<Fault, number>>>

/** Says what is to befall a call. */
export type FaultScript = (call: ApiCall) => Fault | undefined

/** A fault that is to befall a call, and the numbers that say how. */
export interface Drawn {
  readonly fault: Fault
  readonly random: Random
}

/**
 * Draws faults by a plan. The nth call of a kind and path meets the same fault for the same seed,
 * in whatever order the calls of different paths come.
 */
export class FaultDice {
  readonly #seed: string
  readonly #rows = new Map<string, Random>()
  readonly #counts = new Map<Fault, number>()
  #plan: FaultPlan | FaultScript

  constructor(seed: string, plan: FaultPlan | FaultScript) {
    this.#seed = seed
    this.#plan = plan
  }

  draw(call: ApiCall): Drawn | undefined {
    const random = this.#rowOf(`${call.method} ${call.kind} ${call.path}`)
    const plan = this.#plan
    if (typeof plan === 'function') {
      const fault = plan(call)
      return fault && { fault, random }
    }
    let at = random.next()
    for (const fault of FAULTS) {
      if (!faultTable[fault](call)) continue
      at -= plan[fault] ?? 0
      if (at < 0) return { fault, random }
    }
    return undefined
  }

  /** How often each fault was injected. */
  get counts(): ReadonlyMap<Fault, number> {
    return this.#counts
  }

  note(fault: Fault): void {
    this.#counts.set(fault, (this.#counts.get(fault) ?? 0) + 1)
  }

  /** From now on by another plan. */
  change(plan: FaultPlan | FaultScript): void {
    this.#plan = plan
  }

  #rowOf(name: string): Random {
    const known = this.#rows.get(name) ?? new Random(`${this.#seed} ${name}`)
    this.#rows.set(name, known)
    return known
  }
}
