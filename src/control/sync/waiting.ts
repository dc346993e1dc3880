import type { DesiredState } from '../fleet/desired-state.ts'
import type { Member } from '../fleet/member.ts'

/** Why objects of an installation wait before they are applied or deleted. */
export interface Wait {
  readonly reason: string
  /** Installations whose objects must be applied, or gone, before objects of this one are deleted. */
  readonly heldBy: ReadonlySet<string>
  /** Whether some object waits for others to be ready. */
  readonly isForReadiness: boolean
  /** Whether some deletion waits for other objects to be gone. */
  readonly isForGone: boolean
}

/** Installations that wait for another one, or for a wave of their own, to be ready or applied. */
export class Waiting {
  readonly #waits = new Map<string, Wait>()
  /** Number of changes so far, and at which of them installations changed last, and began their last round. */
  #count = 0
  readonly #changed = new Map<string, number>()
  readonly #begun = new Map<string, number>()

  /** Notes that a round of an installation begins. */
  begin(name: string): void {
    this.#begun.set(name, this.#count)
  }

  /**
   * @param wait undefined if the installation waits for nothing
   * @returns whether the reason is another one than before
   */
  note(name: string, wait: Wait | undefined): boolean {
    const isNews = wait !== undefined && wait.reason !== this.#waits.get(name)?.reason
    if (wait === undefined) this.#waits.delete(name)
    else this.#waits.set(name, wait)
    return isNews
  }

  /** Whether something that the installation waits for changed during its round, which may have missed it. */
  isOutdated(name: string, declared: DesiredState): boolean {
    const wait = this.#waits.get(name)
    if (wait === undefined) return false
    const begun = this.#begun.get(name) ?? 0
    const awaited = [name, ...wait.heldBy, ...dependenciesOf(name, declared)]
    return awaited.some((other) => (this.#changed.get(other) ?? 0) > begun)
  }

  /**
   * Notes a change of an installation.
   * @param sawAll whether all of it was just processed
   * @returns the installations to process again
   */
  wokenBy(name: string, sawAll: boolean, declared: DesiredState): readonly string[] {
    this.#count += 1
    this.#changed.set(name, this.#count)
    return [...this.#waits]
      .filter(([other, { heldBy }]) =>
        other === name ? !sawAll : heldBy.has(name) || dependenciesOf(other, declared).includes(name),
      )
      .map(([other]) => other)
  }

  /** Installations whose objects must be gone before others of the same or another one are deleted. */
  leaving(): ReadonlySet<string> {
    const waits = [...this.#waits].filter(([, { isForGone }]) => isForGone)
    return new Set(waits.flatMap(([name, { heldBy }]) => [name, ...heldBy]))
  }

  /** Drops everything about an installation that is gone. */
  forget(name: string): void {
    for (const known of [this.#waits, this.#changed, this.#begun]) known.delete(name)
  }

  /** Installations that must be ready before others continue, and the waiting ones themselves. */
  blockers(declared: DesiredState): readonly Member[] {
    const waiting = [...this.#waits].filter(([, { isForReadiness }]) => isForReadiness).map(([name]) => name)
    const isWaiting = new Set(waiting)
    return [...declared.members.values()].filter(
      ({ name }) =>
        isWaiting.has(name) || waiting.some((other) => dependenciesOf(other, declared).includes(name)),
    )
  }
}

function dependenciesOf(name: string, { members }: DesiredState): readonly string[] {
  const { dependsOn = [] } = members.get(name)?.target?.installation ?? {}
  return dependsOn.map((dependency) => dependency.name)
}
