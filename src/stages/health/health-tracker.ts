import { Cel } from '../../adapters/cel/cel.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { describeKey, idOf, keyOf, type LiveObject, type ObjectId } from '../../model/object.ts'
import type { HealthRule } from '../../model/rules.ts'
import type { Health, Problem } from '../../model/status.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import type { Log } from '../../support/telemetry/log.ts'
import { builtInJudge } from './built-in-judge.ts'
import { builtInDeadline, type Deadline } from './deadline.ts'
import { isInspected } from './diagnosis/inspect.ts'
import { muted } from './diagnosis/muted.ts'
import { PodInspector } from './diagnosis/pod-inspector.ts'
import { healthJudge, type RuleJudge, ruleFor } from './health-judge.ts'
import type { HealthSource } from './health-source.ts'
import { isMattermost } from './kinds/mattermost.ts'
import { bornAt, SKEW_MS, UnhealthyObject } from './unhealthy-object.ts'
import { HEALTHY, type Judge, type Unhealthy } from './verdict.ts'
import type { Hidden } from './withheld.ts'

export interface HealthTrackerOptions {
  readonly client: ClusterClient
  /** Whether there are keys to decrypt with; without, no object holds what Git keeps encrypted. */
  readonly hasKeys: boolean
  /** Rules for objects of all installations. */
  readonly rules: readonly HealthRule[]
  /** An installation's own rules, which take precedence; returns the same array while they are unchanged. */
  readonly rulesOf: (name: string) => readonly HealthRule[]
  /** Problems in an installation's record, where the record is of the current source. */
  readonly recorded: (name: string) => readonly Problem[]
  /** Called when the health of an installation's object may have changed although the object did not. */
  readonly onNews: (name: string) => void
  /** Whether the kind of an object has a status, as far as is known. */
  readonly hasStatus: (object: LiveObject) => boolean
  /** Decides whether what the containers of an installation's Pod said may be told; by default, all is. */
  readonly mayQuote?: (name: string, pod: LiveObject) => boolean
  readonly log: Log
}

interface Case {
  readonly ailment: UnhealthyObject
  /** Time of the timer that evaluates it again, in ms since the epoch. */
  wakeAt: number | undefined
}

interface Rulebook {
  readonly rules: readonly HealthRule[]
  readonly judge: RuleJudge
}

/** Maximum time to inspect an unchanged workload without a deadline. */
const LOOK_FOR_MS = 10 * 60_000
/** Maximum time to inspect a Mattermost: its update check may outlast its deadline and still fail. */
const LOOK_AT_CHECK_FOR_MS = 60 * 60_000
/** Maximum delay of the platform's timers. */
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** Added to each delay, because a timer may fire slightly early. */
const TIMER_SLACK_MS = 10

/**
 * Tracks when each object became unhealthy, and what its Pods report: an object that is late or stuck is
 * degraded. A healthy object costs nothing.
 */
export class HealthTracker implements HealthSource, Disposable {
  readonly #options: HealthTrackerOptions
  readonly #cases = new Map<string, Map<ObjectId, Case>>()
  readonly #timers = new Timers()
  readonly #looks: PodInspector
  readonly #cel = new Cel()
  readonly #builtIn: Judge
  readonly #books = new WeakMap<readonly HealthRule[], Rulebook>()

  constructor(options: HealthTrackerOptions) {
    this.#options = options
    const { client, log, onNews, hasStatus, mayQuote = () => true } = options
    this.#builtIn = builtInJudge(hasStatus)
    this.#looks = new PodInspector({
      client,
      log,
      mayQuote,
      onFound: ({ name, ailment }, diagnosis) => {
        if (ailment.tell(diagnosis, Date.now())) onNews(name)
      },
    })
  }

  health(name: string, live: LiveObject, hidden?: Hidden): Health {
    const isMuted = isPod(live) && this.#options.mayQuote?.(name, live) === false
    const isHarmless = hidden === 'unknown' && !this.#options.hasKeys
    const told = this.#bookOf(name).judge(isMuted ? muted(live) : live, isHarmless ? undefined : hidden)
    const own = isOutgrown(told, live) ? HEALTHY : told
    if (own.status === 'healthy' && !this.#cases.has(name)) return own
    const id = idOf(keyOf(live))
    if (own.status === 'healthy') return this.#recovery(name, id, live)
    if (own.status === 'deleting') {
      this.#forget(name, id)
      return own
    }
    return this.#unhealth(name, id, live, own)
  }

  retain(name: string, isThere: (id: ObjectId) => boolean): void {
    for (const id of this.#cases.get(name)?.keys() ?? []) if (!isThere(id)) this.#forget(name, id)
  }

  /** Forgets everything and calls `onNews` no more. */
  [Symbol.dispose](): void {
    this.#timers[Symbol.dispose]()
    this.#looks[Symbol.dispose]()
    this.#cases.clear()
  }

  #unhealth(name: string, id: ObjectId, live: LiveObject, own: Unhealthy): Health {
    const now = Date.now()
    const deadline = own.status === 'suspended' ? undefined : this.#deadlineOf(name, live)
    const known = this.#caseOf(name, id, live, own, now)
    const { ailment } = known
    ailment.update(live, own, deadline, now)
    const grown = own.untilAgeMs === undefined ? undefined : bornAt(live) + own.untilAgeMs
    this.#wakeAt(grown ?? ailment.changesAt(deadline, now), name, id, known, now)
    const due = deadline && ailment.dueAt(deadline)
    const until = isMattermost(live) ? now + LOOK_AT_CHECK_FOR_MS : (due ?? now + LOOK_FOR_MS)
    if (own.status !== 'suspended' && isInspected(live))
      this.#looks.follow(keyFor(name, id), { name, live, ailment, until })
    return ailment.health(deadline, now)
  }

  /** Handles an object that reports healthy, which is not always believed at once. */
  #recovery(name: string, id: ObjectId, live: LiveObject): Health {
    const known = this.#cases.get(name)?.get(id)
    const now = Date.now()
    const believedAt = known?.ailment.isOf(live) ? known.ailment.recover(now) : undefined
    if (known === undefined || believedAt === undefined) {
      this.#forget(name, id)
      return HEALTHY
    }
    this.#looks.forget(keyFor(name, id))
    this.#wakeAt(believedAt, name, id, known, now)
    return known.ailment.health(this.#deadlineOf(name, live), now)
  }

  #caseOf(name: string, id: ObjectId, live: LiveObject, own: Unhealthy, now: number): Case {
    const cases = this.#cases.get(name) ?? new Map<ObjectId, Case>()
    const before = cases.get(id)
    if (before?.ailment.isOf(live)) return before
    this.#forget(name, id)
    const ailment = new UnhealthyObject(live, own, now)
    const recorded = before === undefined ? this.#recordOf(name, live) : undefined
    if (recorded !== undefined) ailment.resume(recorded, live, now)
    const known: Case = { ailment, wakeAt: undefined }
    this.#cases.set(name, cases.set(id, known))
    return known
  }

  #recordOf(name: string, live: LiveObject): Problem | undefined {
    const object = describeKey(keyOf(live))
    return this.#options.recorded(name).find((problem) => problem.object === object && problem.since)
  }

  #deadlineOf(name: string, live: LiveObject): Deadline | undefined {
    const ms = ruleFor(live, this.#bookOf(name).rules)?.deadlineMs
    return ms === undefined ? builtInDeadline(live) : { ms, graceMs: 0 }
  }

  #wakeAt(at: number | undefined, name: string, id: ObjectId, known: Case, now: number): void {
    if (known.wakeAt === at) return
    known.wakeAt = at
    const key = keyFor(name, id)
    const delay = at === undefined ? 0 : at - now
    if (delay <= 0 || delay > LONGEST_TIMER_MS) this.#timers.cancel(key)
    else this.#timers.set(key, delay + TIMER_SLACK_MS, () => this.#options.onNews(name))
  }

  #forget(name: string, id: ObjectId): void {
    const cases = this.#cases.get(name)
    if (!cases?.delete(id)) return
    if (cases.size === 0) this.#cases.delete(name)
    const key = keyFor(name, id)
    this.#timers.cancel(key)
    this.#looks.forget(key)
  }

  #bookOf(name: string): Rulebook {
    const own = this.#options.rulesOf(name)
    const known = this.#books.get(own)
    if (known !== undefined) return known
    const rules = [...own, ...this.#options.rules]
    const book = { rules, judge: healthJudge(rules, this.#cel, this.#builtIn) }
    this.#books.set(own, book)
    return book
  }
}

/** Whether an object is too old for what its health says of young ones. */
function isOutgrown(health: Health, live: LiveObject): boolean {
  if (!('untilAgeMs' in health) || health.untilAgeMs === undefined) return false
  const age = Date.now() - bornAt(live)
  return age >= health.untilAgeMs || age < -SKEW_MS
}

function isPod({ apiVersion, kind }: LiveObject): boolean {
  return kind === 'Pod' && apiVersion === 'v1'
}

function keyFor(name: string, id: ObjectId): string {
  return `${name} ${id}`
}
