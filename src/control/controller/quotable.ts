import type { LiveObject } from '../../model/object.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { bornAt, SKEW_MS } from '../../stages/health/unhealthy-object.ts'
import type { LiveCache } from '../../stages/live/live-cache.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import { ownedBy } from '../planner/owned.ts'

export interface QuotableOptions {
  readonly cache: () => LiveCache
  readonly declared: () => DesiredState
  readonly record: (name: string) => InstallationStatus | undefined
}

/**
 * Tells whether this process knows all secrets that the containers of a Pod may have seen. Those of commits before
 * its start are unknown to it: Pods that are older than all that it applied itself may say them.
 */
export class Quotable {
  readonly #options: QuotableOptions
  readonly #startedAt = Date.now()
  /** By installation, when all of it was first as declared, in ms since the epoch. */
  readonly #doneAt = new Map<string, number>()
  /** Installations of which nothing was there before this process, or something. */
  readonly #isNew = new Map<string, boolean>()

  constructor(options: QuotableOptions) {
    this.#options = options
  }

  /** Notes that all of an installation is as declared. */
  noteDone(name: string): void {
    if (!this.#doneAt.has(name)) this.#doneAt.set(name, Date.now())
  }

  mayQuote(name: string, pod: LiveObject): boolean {
    const { declared, record } = this.#options
    const member = declared().members.get(name)
    if (member === undefined) return true
    if (member.secrets === undefined && record(name)?.heldSecrets !== true) return true
    const isNew = this.#isNew.get(name) ?? this.#isYoung(member.id)
    this.#isNew.set(name, isNew)
    return isNew || bornAt(pod) >= (this.#doneAt.get(name) ?? Number.POSITIVE_INFINITY) + SKEW_MS
  }

  #isYoung(id: string): boolean {
    const owned = ownedBy(id, this.#options.cache())
    return owned.every((live) => bornAt(live) >= this.#startedAt)
  }
}
