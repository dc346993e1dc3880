import { isDeepStrictEqual } from 'node:util'
import type { Change, InstallationStatus } from '../../model/status.ts'

/**
 * A change of one installation's status. `before` is undefined where it was unknown, `after` where it is
 * gone.
 */
export interface Transition {
  readonly name: string
  readonly before: InstallationStatus | undefined
  readonly after: InstallationStatus | undefined
  /** Writes since the previous transition. */
  readonly writes: readonly Change[]
  /** Of an installation that is gone: what stays of it, and why, one line each; absent where nothing does. */
  readonly left?: readonly string[]
}

/**
 * The statuses of all installations, and the only source of their transitions: status commits, object
 * statuses, Events and all other reports listen here.
 */
export class Statuses {
  readonly #byName = new Map<string, InstallationStatus>()
  readonly #listeners = new Set<(transition: Transition) => void>()
  #head = ''

  /** Full id of the fleet's commit; empty before the first. */
  get head(): string {
    return this.#head
  }

  moveTo(commit: string): void {
    this.#head = commit
  }

  get(name: string): InstallationStatus | undefined {
    return this.#byName.get(name)
  }

  all(): Iterable<InstallationStatus> {
    return this.#byName.values()
  }

  /** Makes the records of an earlier Reeve, or of the one that syncs, the only ones; no transition. */
  restore(recorded: Iterable<InstallationStatus>): void {
    this.#byName.clear()
    for (const status of recorded) this.#byName.set(status.name, status)
  }

  update(after: InstallationStatus, writes: readonly Change[] = []): void {
    const { name } = after
    const before = this.#byName.get(name)
    if (writes.length === 0 && isDeepStrictEqual(after, before)) return
    this.#byName.set(name, after)
    this.#emit({ name, before, after, writes })
  }

  /** @param left what stays of it, and why, one line each */
  remove(name: string, writes: readonly Change[] = [], left: readonly string[] = []): void {
    const before = this.#byName.get(name)
    if (!this.#byName.delete(name) && writes.length === 0) return
    this.#emit({ name, before, after: undefined, writes, ...(left.length > 0 && { left }) })
  }

  /** Calls the listener once for each transition, in order. @returns unsubscribes it */
  onTransition(listener: (transition: Transition) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #emit(transition: Transition): void {
    for (const listener of this.#listeners) listener(transition)
  }
}
