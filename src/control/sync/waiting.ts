import type { DesiredState } from '../fleet/desired-state.ts'
import type { Member } from '../fleet/member.ts'

interface Wait {
  readonly reason: string
  /** Installations that must be applied, whatever their health; empty if something must be ready. */
  readonly heldBy: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()

/** Installations that wait for another one, or for a wave of their own, to be ready or applied. */
export class Waiting {
  readonly #waits = new Map<string, Wait>()

  /**
   * @param reason why the installation waits; undefined if it does not
   * @param heldBy installations that must be applied; empty if something must be ready
   * @returns whether the reason is another one than before
   */
  note(name: string, reason: string | undefined, heldBy = NONE): boolean {
    const isNews = reason !== undefined && reason !== this.#waits.get(name)?.reason
    if (reason === undefined) this.#waits.delete(name)
    else this.#waits.set(name, { reason, heldBy })
    return isNews
  }

  /**
   * Installations to process again after a change of this one.
   * @param sawAll whether all of this installation was just processed
   */
  wokenBy(name: string, sawAll: boolean, declared: DesiredState): readonly string[] {
    return [...this.#waits]
      .filter(([other, { heldBy }]) =>
        other === name ? !sawAll : heldBy.has(name) || needs(other, name, declared),
      )
      .map(([other]) => other)
  }

  /** Installations that must be ready before others continue, and the waiting ones themselves. */
  blockers(declared: DesiredState): readonly Member[] {
    const waiting = [...this.#waits].filter(([, { heldBy }]) => heldBy.size === 0).map(([name]) => name)
    const isWaiting = new Set(waiting)
    return [...declared.members.values()].filter(
      ({ name }) => isWaiting.has(name) || waiting.some((other) => needs(other, name, declared)),
    )
  }
}

function needs(name: string, other: string, { members }: DesiredState): boolean {
  const dependsOn = members.get(name)?.target?.installation.dependsOn ?? []
  return dependsOn.some((dependency) => dependency.name === other)
}
