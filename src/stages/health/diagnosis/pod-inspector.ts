import { anyFault } from '../../../adapters/cluster/any-fault.ts'
import { ApiError, ConnectionError, isForbidden } from '../../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../../adapters/cluster/client.ts'
import { Limiter } from '../../../adapters/cluster/limiter.ts'
import { describeKey, keyOf, type LiveObject } from '../../../model/object.ts'
import { Timers } from '../../../support/concurrency/timers.ts'
import { faultFields, type Log } from '../../../support/telemetry/log.ts'
import type { UnhealthyObject } from '../unhealthy-object.ts'
import type { Diagnosis } from './diagnosis.ts'
import { inspect } from './inspect.ts'

/** An object that is not healthy and that others tell about, such as a workload. */
export interface Subject {
  /** Name of its installation. */
  readonly name: string
  readonly live: LiveObject
  readonly ailment: UnhealthyObject
  /** When to stop looking while nothing of it changes, in ms since the epoch. */
  readonly until: number
}

export interface PodInspectorOptions {
  readonly client: ClusterClient
  readonly log: Log
  /** Told after each look what keeps the object from being healthy, as far as that is to be seen. */
  readonly onFound: (subject: Subject, diagnosis: Diagnosis | undefined) => void
}

/** After each look the pause to the next, in milliseconds; the last goes on. */
const PAUSES = [2_000, 3_000, 5_000, 10_000, 20_000, 40_000, 80_000, 120_000]
const LEAST_PAUSE_MS = 5_000
/** What changes is looked at for so long, though its deadline may have passed. */
const AFTER_CHANGE_MS = 120_000
const FORBIDDEN_FOR_MS = 5 * 60_000
/** The requests of a rollout of many workloads leave room for what brings them about. */
const IN_FLIGHT = 2

interface Following {
  readonly subject: Subject
  readonly until: number
  looks: number
  lookedAt: number
  nextAt: number
}

/**
 * PodInspector at what belongs to objects that are not healthy, such as the Pods of a workload, from time to
 * time and when they change. A request or two each time, no watch: an object that is well, or stuck for
 * good, costs none.
 */
export class PodInspector implements Disposable {
  readonly #options: PodInspectorOptions
  readonly #timers = new Timers()
  readonly #limiter = new Limiter(IN_FLIGHT)
  readonly #closing = new AbortController()
  readonly #following = new Map<string, Following>()
  /** Those that are looked at, or are about to be. */
  readonly #looking = new Set<string>()
  /** Until when nothing is asked for in a namespace, because Reeve may not. */
  readonly #forbidden = new Map<string, number>()
  #saidForbidden = false

  constructor(options: PodInspectorOptions) {
    this.#options = options
  }

  /** PodInspector at it from now on; anew, where it changed since. */
  follow(key: string, subject: Subject): void {
    const known = this.#following.get(key)
    if (known?.subject.ailment === subject.ailment && known.subject.live === subject.live) return
    const now = Date.now()
    const following = {
      subject,
      until: Math.max(subject.until, now + AFTER_CHANGE_MS),
      looks: 0,
      lookedAt: known?.lookedAt ?? 0,
      nextAt: known?.nextAt ?? Number.POSITIVE_INFINITY,
    }
    this.#following.set(key, following)
    this.#inspect(key, following, now)
  }

  forget(key: string): void {
    if (this.#following.delete(key)) this.#timers.cancel(key)
  }

  [Symbol.dispose](): void {
    this.#timers[Symbol.dispose]()
    this.#closing.abort()
    this.#following.clear()
  }

  #inspect(key: string, following: Following, now: number): void {
    const pause = PAUSES[Math.min(following.looks, PAUSES.length - 1)] ?? 0
    const at = Math.max(now + pause, following.lookedAt + LEAST_PAUSE_MS)
    if (at > following.until) return
    if (following.nextAt > now && following.nextAt <= at) return
    following.nextAt = at
    this.#timers.set(key, at - now, () => void this.#look(key))
  }

  async #look(key: string): Promise<void> {
    const following = this.#following.get(key)
    if (following === undefined || this.#looking.has(key) || this.#isForbidden(following.subject)) return
    this.#looking.add(key)
    try {
      const diagnosis = await this.#limiter.run(() => this.#ask(following.subject), {
        signal: this.#closing.signal,
      })
      if (this.#following.get(key)?.subject.ailment === following.subject.ailment)
        this.#options.onFound(following.subject, diagnosis)
    } catch (error) {
      this.#note(error, following.subject)
    } finally {
      this.#looking.delete(key)
    }
    this.#lookAgain(key)
  }

  #lookAgain(key: string): void {
    const following = this.#following.get(key)
    if (following === undefined) return
    following.looks++
    following.lookedAt = Date.now()
    this.#inspect(key, following, following.lookedAt)
  }

  #ask({ live, ailment }: Subject): Promise<Diagnosis | undefined> {
    const { diagnosis: before, since } = ailment
    const isOrdinary = ailment.isOrdinary(Date.now())
    const { signal } = this.#closing
    return inspect(live, this.#options.client, { before, isLate: !isOrdinary, since, signal })
  }

  #isForbidden({ live }: Subject): boolean {
    return (this.#forbidden.get(live.metadata.namespace ?? '') ?? 0) > Date.now()
  }

  /** What passes is tried again at the next look. */
  #note(error: unknown, { name, live }: Subject): void {
    if (this.#closing.signal.aborted || error instanceof ConnectionError) return
    const { log } = this.#options
    const fields = { installation: name, object: describeKey(keyOf(live)), ...faultFields(anyFault(error)) }
    if (isForbidden(error)) {
      this.#forbidden.set(live.metadata.namespace ?? '', Date.now() + FORBIDDEN_FOR_MS)
      if (!this.#saidForbidden) log.warn(fields, 'Pods may not be read: why they do not start stays unknown')
      this.#saidForbidden = true
    } else if (error instanceof ApiError) log.debug(fields, 'what belongs to an object could not be read')
    else log.error(fields, 'an object could not be looked at')
  }
}
