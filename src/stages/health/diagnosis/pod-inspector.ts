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

/** An unhealthy object that dependent objects can explain, such as a workload. */
export interface Subject {
  /** Name of its installation. */
  readonly name: string
  readonly live: LiveObject
  readonly ailment: UnhealthyObject
  /** When to stop looking if it does not change, in ms since the epoch. */
  readonly until: number
}

export interface PodInspectorOptions {
  readonly client: ClusterClient
  readonly log: Log
  /** Decides whether what the containers of an installation's Pod said may be told. */
  readonly mayQuote: (name: string, pod: LiveObject) => boolean
  /** Called after each look with the reason why the object is not healthy, if one was found. */
  readonly onFound: (subject: Subject, diagnosis: Diagnosis | undefined) => void
}

/** Delay before the first look and after each one, in milliseconds; the last one repeats. */
const PAUSES = [2_000, 3_000, 5_000, 10_000, 20_000, 40_000, 80_000, 120_000]
const LEAST_PAUSE_MS = 5_000
/** Minimum time that a changed object is inspected, even past its deadline, in milliseconds. */
const AFTER_CHANGE_MS = 120_000
const FORBIDDEN_FOR_MS = 5 * 60_000
/** Maximum number of concurrent looks, so that a large rollout leaves room for the writes that drive it. */
const IN_FLIGHT = 2

interface Following {
  readonly subject: Subject
  readonly until: number
  looks: number
  lookedAt: number
  nextAt: number
}

/**
 * Inspects the dependent objects of unhealthy objects, such as the Pods of a workload, at intervals and when
 * the objects change. Each look takes a request or two and no watch; an object that is healthy, or stuck for
 * good, costs none.
 */
export class PodInspector implements Disposable {
  readonly #options: PodInspectorOptions
  readonly #timers = new Timers()
  readonly #limiter = new Limiter(IN_FLIGHT)
  readonly #closing = new AbortController()
  readonly #following = new Map<string, Following>()
  /** Keys of objects that are being inspected, or wait for the limiter. */
  readonly #looking = new Set<string>()
  /** Time, by namespace, before which nothing is requested because Reeve may not read it. */
  readonly #forbidden = new Map<string, number>()
  #saidForbidden = false

  constructor(options: PodInspectorOptions) {
    this.#options = options
  }

  /** Inspects an object from now on; starts over where it changed. */
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

  #ask({ name, live, ailment }: Subject): Promise<Diagnosis | undefined> {
    const { diagnosis: before, since } = ailment
    const isOrdinary = ailment.isOrdinary(Date.now())
    const { signal } = this.#closing
    const mayQuote = (pod: LiveObject) => this.#options.mayQuote(name, pod)
    return inspect(live, this.#options.client, { before, isLate: !isOrdinary, since, signal, mayQuote })
  }

  #isForbidden({ live }: Subject): boolean {
    return (this.#forbidden.get(live.metadata.namespace ?? '') ?? 0) > Date.now()
  }

  /** Logs a failed look, unless the connection broke; the next look retries. */
  #note(error: unknown, { name, live }: Subject): void {
    if (this.#closing.signal.aborted || error instanceof ConnectionError) return
    const { log } = this.#options
    const fields = { installation: name, object: describeKey(keyOf(live)), ...faultFields(anyFault(error)) }
    if (isForbidden(error)) {
      this.#forbidden.set(live.metadata.namespace ?? '', Date.now() + FORBIDDEN_FOR_MS)
      if (!this.#saidForbidden)
        log.warn(fields, 'not allowed to read Pods: why they do not start stays unknown')
      this.#saidForbidden = true
    } else if (error instanceof ApiError) log.debug(fields, 'reading dependent objects failed')
    else log.error(fields, 'inspecting an object failed')
  }
}
