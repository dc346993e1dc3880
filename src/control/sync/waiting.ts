import type { DesiredState } from '../fleet/desired-state.ts'
import type { Member } from '../fleet/member.ts'

interface Wait {
  readonly reason: string
  /** Installations that have to be applied, whatever their health; empty: something has to be ready. */
  readonly heldBy: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()

/** Which installations wait for another one, or for a wave of their own, to be ready or applied. */
export class Waiting {
  readonly #waits = new Map<string, Wait>()

  /**
   * @param reason what the installation waits for; undefined where it does not
   * @param heldBy installations that have to be applied; empty where something has to be ready
   * @returns whether that is something else than before
   */
  note(name: string, reason: string | undefined, heldBy = NONE): boolean {
    const isNews = reason !== undefined && reason !== this.#waits.get(name)?.reason
    if (reason === undefined) this.#waits.delete(name)
    else this.#waits.set(name, { reason, heldBy })
    return isNews
  }

  /**
   * Whom to look at again when something of an installation changed.
   * @param sawAll all of the installation itself was just looked at
   */
  wokenBy(name: string, sawAll: boolean, declared: DesiredState): readonly string[] {
    return [...this.#waits]
      .filter(([other, { heldBy }]) =>
        other === name ? !sawAll : heldBy.has(name) || needs(other, name, declared),
      )
      .map(([other]) => other)
  }

  /** Those that have to be ready before something goes on, themselves included. */
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
