import type { LiveObject } from '../../model/object.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { bornAt, SKEW_MS } from '../../stages/health/unhealthy-object.ts'
import type { LiveCache } from '../../stages/live/live-cache.ts'
import type { Member } from '../fleet/member.ts'
import { ownedBy } from '../planner/owned.ts'

export interface QuotableOptions {
  readonly cache: () => Pick<LiveCache, 'byInstallation'>
  readonly declared: () => { readonly members: ReadonlyMap<string, Pick<Member, 'id' | 'secrets'>> }
  readonly record: (name: string) => Pick<InstallationStatus, 'heldSecrets'> | undefined
  /** In milliseconds since the epoch. */
  readonly now?: () => number
}

/**
 * Tells whether this process knows all secrets that the containers of a Pod may have seen. Those of commits before
 * its start are unknown to it: Pods that are older than all that it applied itself may say them.
 */
export class Quotable {
  readonly #options: QuotableOptions
  /** In whole seconds, as the API server tells when an object was created. */
  readonly #startedAt: number
  /** By installation, when all of it was first as declared, in ms since the epoch. */
  readonly #doneAt = new Map<string, number>()
  /** Whether an installation was recorded by a process before. */
  readonly #wasRecorded = new Map<string, boolean>()
  /** Whether nothing of an installation was there before this process. */
  readonly #isNew = new Map<string, boolean>()

  constructor(options: QuotableOptions) {
    this.#options = options
    this.#startedAt = Math.floor(this.#now() / 1000) * 1000
  }

  /** Notes that an installation is about to be recorded: what is recorded of it at first is of a process before. */
  noteSeen(name: string): void {
    if (!this.#wasRecorded.has(name)) this.#wasRecorded.set(name, this.#options.record(name) !== undefined)
  }

  /** Notes that all of an installation is as declared. */
  noteDone(name: string): void {
    if (!this.#doneAt.has(name)) this.#doneAt.set(name, this.#now())
  }

  mayQuote(name: string, pod: LiveObject): boolean {
    const { declared, record } = this.#options
    const member = declared().members.get(name)
    if (member === undefined) return true
    if (member.secrets === undefined && record(name)?.heldSecrets !== true) return true
    const isNew = this.#isNew.get(name) ?? this.#isNewNow(name, member.id)
    this.#isNew.set(name, isNew)
    return isNew || bornAt(pod) >= (this.#doneAt.get(name) ?? Number.POSITIVE_INFINITY) + SKEW_MS
  }

  /** The record tells those apart that a process before made in the same second; without it, the time alone does. */
  #isNewNow(name: string, id: string): boolean {
    this.noteSeen(name)
    if (this.#wasRecorded.get(name)) return false
    return ownedBy(id, this.#options.cache()).every((live) => bornAt(live) >= this.#startedAt)
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }
}
