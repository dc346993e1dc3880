import type { LiveObject } from '../../model/object.ts'
import { rfc3339 } from '../../model/rfc3339.ts'
import type { Health, Problem } from '../../model/status.ts'
import { type Deadline, progressOf } from './deadline.ts'
import { isCrashLoop } from './diagnosis/container-diagnosis.ts'
import type { Diagnosis } from './diagnosis/diagnosis.ts'
import { spellDuration } from './spell-duration.ts'
import { degraded, progressing, type Unhealthy } from './verdict.ts'

const OVERDUE = 'not ready for '
/** Finds the part of a recorded message that Pods and Events reported. */
const TOLD_BY_OTHERS = /; ((?:Pod \S+:|Event:|update check of) .+)$/s
/**
 * Minimum delay (or a shorter deadline) before an object becomes overdue after a restart: its progress in
 * between is unknown.
 */
const GRACE_AFTER_RESTART_MS = 5 * 60_000
/** Maximum difference between the clocks of the API server and Reeve. */
export const SKEW_MS = 60_000
/** Minimum delay before a slow start is reported; an ordinary one takes a few seconds. */
const ORDINARY_MS = 15_000
/** Minimum time that a container runs before it counts as out of its crash loop. */
const STEADY_AFTER_MS = 60_000

/**
 * State of an unhealthy object: when it became unhealthy, and what its Pods report. Tracks one object at one
 * generation; a change of its spec starts over. Times are ms since the epoch.
 */
export class UnhealthyObject {
  readonly #uid: string
  readonly #generation: number | undefined
  #own: Unhealthy
  /** When it became unhealthy, in whole seconds as in the record. */
  #since: number
  /** When it last made progress. */
  #betterAt: number
  /** When this process resumed an object that an earlier one recorded as not overdue. */
  #resumedAt: number | undefined
  #progress: number
  #diagnosis: Diagnosis | undefined
  /** Whether it has no deadline for now. */
  #isFree = false
  /** When, after a crash loop, the object began to report healthy, and when its Pods did. */
  #healthySince: number | undefined
  #quietSince: number | undefined
  /** When its status began to name an error that may pass. */
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

  /** Whether it may still be starting up, as far as is known. */
  isOrdinary(now: number): boolean {
    const isKnown = this.#isSaid || this.#diagnosis !== undefined
    return !isKnown && now - this.#since < ORDINARY_MS
  }

  /** Resumes from the record of an earlier process. */
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

  /** Takes in the object's current state. */
  update(live: LiveObject, own: Unhealthy, deadline: Deadline | undefined, now: number): void {
    this.#own = own
    this.#errorSince = own.lastsMs === undefined ? undefined : (this.#errorSince ?? now)
    this.#healthySince = undefined
    const progress = progressOf(live)
    const isBetter = progress > this.#progress || (this.#isFree && deadline !== undefined)
    if (isBetter) this.#betterAt = now
    this.#progress = Math.max(progress, this.#progress)
    this.#isFree = deadline === undefined
  }

  /** Takes in what Pods or Events report now. @returns whether it differs from before */
  tell(diagnosis: Diagnosis | undefined, now: number): boolean {
    if (diagnosis === undefined && this.#mayCrashAgain(now)) return false
    const before = this.#diagnosis
    this.#diagnosis = diagnosis
    this.#quietSince = undefined
    return diagnosis?.text !== before?.text || diagnosis?.status !== before?.status
  }

  /** Between two crashes, Pods report healthy. */
  #mayCrashAgain(now: number): boolean {
    if (!this.#isInCrashLoop) return false
    this.#quietSince ??= now
    return now < this.#quietSince + STEADY_AFTER_MS
  }

  /**
   * Notes that the object reports healthy. After a crash loop that must last to be believed: between two
   * crashes the object reports healthy, too. @returns when it will be believed; undefined if it is already
   */
  recover(now: number): number | undefined {
    if (!this.#isInCrashLoop) return undefined
    this.#healthySince ??= now
    const believed = this.#healthySince + STEADY_AFTER_MS
    return now < believed ? believed : undefined
  }

  /** When it becomes degraded, unless it makes progress before. */
  dueAt({ ms, graceMs }: Deadline): number {
    const resumed = this.#resumedAt ?? Number.NEGATIVE_INFINITY
    return Math.max(this.#betterAt + ms + graceMs, resumed + Math.min(ms, GRACE_AFTER_RESTART_MS))
  }

  /** When its health changes although nothing else happens; undefined for never. */
  changesAt(deadline: Deadline | undefined, now: number): number | undefined {
    const times = [deadline && this.dueAt(deadline), this.#errorDueAt]
    const [next] = times
      .flatMap((time) => (time !== undefined && time > now ? [time] : []))
      .sort((a, b) => a - b)
    return next
  }

  get #errorDueAt(): number | undefined {
    const { lastsMs } = this.#own
    return this.#errorSince === undefined || lastsMs === undefined ? undefined : this.#errorSince + lastsMs
  }

  health(deadline: Deadline | undefined, now: number): Health {
    const message = [this.#own.message, this.#diagnosis?.text].filter((part) => part !== undefined).join('; ')
    const since = rfc3339(this.#since)
    const { remedy } = this.#diagnosis ?? {}
    if (this.#own.status === 'suspended') return { ...this.#own, since }
    if (this.#isStuck(now)) return { ...degraded(message), since, ...(remedy && { remedy }) }
    const isOverdue = deadline !== undefined && now >= this.dueAt(deadline)
    if (isOverdue) return { ...degraded(`${OVERDUE}${spellDuration(deadline.ms)}: ${message}`), since }
    return { ...progressing(message), since }
  }

  #isStuck(now: number): boolean {
    const isFound = this.#isSaid || this.#diagnosis?.status === 'degraded'
    return isFound || (this.#errorDueAt !== undefined && now >= this.#errorDueAt)
  }

  /** Whether its own status says that it failed for good. */
  get #isSaid(): boolean {
    return this.#own.status === 'degraded' && this.#own.lastsMs === undefined
  }
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000
}

/** Creation of an object, in ms since the epoch; 0 where it is unknown. */
export function bornAt({ metadata }: LiveObject): number {
  return Date.parse(String(metadata.creationTimestamp ?? '')) || 0
}
