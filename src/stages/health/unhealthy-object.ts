import type { LiveObject } from '../../model/object.ts'
import type { Health, Problem } from '../../model/status.ts'
import { type Deadline, progressOf } from './deadline.ts'
import { isCrashLoop } from './diagnosis/container-diagnosis.ts'
import type { Diagnosis } from './diagnosis/diagnosis.ts'
import { spellDuration } from './spell-duration.ts'
import { degraded, progressing, type Unhealthy } from './verdict.ts'

const OVERDUE = 'not ready for '
/** Where what Pods and Events tell begins in the message of a record. */
const TOLD_BY_OTHERS = /; ((?:Pod \S+:|Event:|update check of) .+)$/s
/** After a restart nothing is overdue at once that was not before: nobody knows how it got on. */
const GRACE_AFTER_RESTART_MS = 5 * 60_000
/** The clocks of the API server and of Reeve may differ by so much. */
const SKEW_MS = 60_000
/** An ordinary start takes a few seconds: what delays it for so long is nobody's news. */
const ORDINARY_MS = 15_000
/** An error that an object names is given so long to pass. */
const ERROR_LASTS_MS = 15_000
/** A container that ran for so long is taken to be out of its crash loop. */
const STEADY_AFTER_MS = 60_000

/**
 * An object that is not healthy: since when, and what its Pods say. Of one object at one generation; a
 * change of what is desired begins anew. Times are ms since the epoch.
 */
export class UnhealthyObject {
  readonly #uid: string
  readonly #generation: number | undefined
  #own: Unhealthy
  /** When it began; whole seconds, as it is recorded. */
  #since: number
  /** When it last came nearer to being healthy. */
  #betterAt: number
  /** When this Reeve went on with what an earlier one recorded as not overdue. */
  #resumedAt: number | undefined
  #progress: number
  #diagnosis: Diagnosis | undefined
  /** It may take as long as it likes, for now. */
  #isFree = false
  /** Since when the object says that it is healthy, and since when its Pods do, after a crash loop. */
  #healthySince: number | undefined
  #quietSince: number | undefined
  /** Since when the object names an error. */
  #errorSince: number | undefined

  constructor(live: LiveObject, own: Unhealthy, now: number) {
    this.#uid = live.metadata.uid
    this.#generation = live.metadata.generation
    this.#own = own
    this.#since = wholeSeconds(now)
    this.#betterAt = this.#since
    this.#progress = progressOf(live)
  }

  get since(): number {
    return this.#since
  }

  get #isInCrashLoop(): boolean {
    return this.#diagnosis !== undefined && isCrashLoop(this.#diagnosis)
  }

  get diagnosis(): Diagnosis | undefined {
    return this.#diagnosis
  }

  isOf({ metadata }: LiveObject): boolean {
    return metadata.uid === this.#uid && metadata.generation === this.#generation
  }

  /** Whether it may be only starting, as far as is known. */
  isOrdinary(now: number): boolean {
    const isKnown = this.#own.status === 'degraded' || this.#diagnosis !== undefined
    return !isKnown && now - this.#since < ORDINARY_MS
  }

  /** Goes on where an earlier Reeve stopped, as its record has it. */
  resume({ code, message, since, remedy }: Problem, live: LiveObject, now: number): void {
    const begin = Date.parse(since ?? '')
    if (!(begin <= now && begin >= bornAt(live) - SKEW_MS)) return
    this.#since = begin
    this.#betterAt = begin
    if (!message.startsWith(OVERDUE)) this.#resumedAt = now
    const text = TOLD_BY_OTHERS.exec(message)?.[1]
    const isStuck = code === 'degraded' && !message.startsWith(OVERDUE)
    const status = isStuck ? 'degraded' : 'progressing'
    if (text !== undefined) this.#diagnosis = { status, key: text, text, ...(remedy && { remedy }) }
    else if (isStuck) this.#errorSince = begin
  }

  /** What the object says now. */
  update(live: LiveObject, own: Unhealthy, deadline: Deadline | undefined, now: number): void {
    this.#own = own
    this.#errorSince = own.hasError ? (this.#errorSince ?? now) : undefined
    this.#healthySince = undefined
    const progress = progressOf(live)
    const isBetter = progress > this.#progress || (this.#isFree && deadline !== undefined)
    if (isBetter) this.#betterAt = now
    this.#progress = Math.max(progress, this.#progress)
    this.#isFree = deadline === undefined
  }

  /** What its Pods or Events tell now. @returns whether that is something else than before */
  tell(diagnosis: Diagnosis | undefined, now: number): boolean {
    if (diagnosis === undefined && this.#mayCrashAgain(now)) return false
    const before = this.#diagnosis
    this.#diagnosis = diagnosis
    this.#quietSince = undefined
    return diagnosis?.text !== before?.text || diagnosis?.status !== before?.status
  }

  /** Between two crashes the Pods say that they are well. */
  #mayCrashAgain(now: number): boolean {
    if (!this.#isInCrashLoop) return false
    this.#quietSince ??= now
    return now < this.#quietSince + STEADY_AFTER_MS
  }

  /**
   * The object says that it is healthy. After a crash loop that is believed when it lasts: between two
   * crashes it says so, too. @returns when it will be, undefined where it is
   */
  recover(now: number): number | undefined {
    if (!this.#isInCrashLoop) return undefined
    this.#healthySince ??= now
    const believed = this.#healthySince + STEADY_AFTER_MS
    return now < believed ? believed : undefined
  }

  /** When it counts as degraded, unless it comes nearer to being healthy before. */
  dueAt({ ms, graceMs }: Deadline): number {
    const resumed = this.#resumedAt ?? Number.NEGATIVE_INFINITY
    return Math.max(this.#betterAt + ms + graceMs, resumed + Math.min(ms, GRACE_AFTER_RESTART_MS))
  }

  /** When its health is another though nothing else happens; undefined for never. */
  changesAt(deadline: Deadline | undefined, now: number): number | undefined {
    const times = [deadline && this.dueAt(deadline), this.#errorDueAt]
    const [next] = times
      .flatMap((time) => (time !== undefined && time > now ? [time] : []))
      .sort((a, b) => a - b)
    return next
  }

  get #errorDueAt(): number | undefined {
    return this.#errorSince === undefined ? undefined : this.#errorSince + ERROR_LASTS_MS
  }

  health(deadline: Deadline | undefined, now: number): Health {
    const message = [this.#own.message, this.#diagnosis?.text].filter((part) => part !== undefined).join('; ')
    const since = `${new Date(this.#since).toISOString().slice(0, -'.000Z'.length)}Z`
    const { remedy } = this.#diagnosis ?? {}
    if (this.#isStuck(now)) return { ...degraded(message), since, ...(remedy && { remedy }) }
    const isOverdue = deadline !== undefined && now >= this.dueAt(deadline)
    if (isOverdue) return { ...degraded(`${OVERDUE}${spellDuration(deadline.ms)}: ${message}`), since }
    return { ...progressing(message), since }
  }

  #isStuck(now: number): boolean {
    const isSaid = this.#own.status === 'degraded' || this.#diagnosis?.status === 'degraded'
    return isSaid || (this.#errorDueAt !== undefined && now >= this.#errorDueAt)
  }
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}

function bornAt({ metadata }: LiveObject): number {
  return Date.parse(String(metadata.creationTimestamp ?? '')) || 0
}
