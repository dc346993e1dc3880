import { isDeepStrictEqual } from 'node:util'
import type { GroupReport } from '../../../model/group-report.ts'

/** A change of how a group's rollout is doing; `after` is undefined where it has none any more. */
export interface GroupTransition {
  readonly name: string
  readonly before: GroupReport | undefined
  readonly after: GroupReport | undefined
}

/** How the rollouts of all groups are doing, and the only source of what is told of it. */
export class GroupStatuses {
  readonly #byName = new Map<string, GroupReport>()
  /** When each came to its state, in ms since the epoch. */
  readonly #since = new Map<string, number>()
  readonly #listeners = new Set<(transition: GroupTransition) => void>()

  get(name: string): GroupReport | undefined {
    return this.#byName.get(name)
  }

  all(): Iterable<GroupReport> {
    return this.#byName.values()
  }

  /** For how long a group is in its state, as far as this process knows, in ms. */
  age(name: string, now = Date.now()): number {
    return now - (this.#since.get(name) ?? now)
  }

  /** Takes what all groups are doing now. */
  update(reports: readonly GroupReport[]): void {
    const names = new Set(reports.map(({ name }) => name))
    for (const [name, before] of this.#byName) {
      if (names.has(name)) continue
      this.#byName.delete(name)
      this.#since.delete(name)
      this.#emit({ name, before, after: undefined })
    }
    for (const after of reports) {
      const before = this.#byName.get(after.name)
      if (isDeepStrictEqual(before, after)) continue
      this.#byName.set(after.name, after)
      if (before?.state !== after.state) this.#since.set(after.name, Date.now())
      this.#emit({ name: after.name, before, after })
    }
  }

  /** Calls the listener once for each transition, in order. */
  onTransition(listener: (transition: GroupTransition) => void): void {
    this.#listeners.add(listener)
  }

  #emit(transition: GroupTransition): void {
    for (const listener of this.#listeners) listener(transition)
  }
}
