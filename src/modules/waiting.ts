import type { Declared, Member } from './declared.ts'

/** Which installations wait for another one, or for a wave of their own, to be ready. */
export class Waiting {
  readonly #reasons = new Map<string, string>()

  /**
   * @param reason what the installation waits for; undefined where it does not
   * @returns whether that is something else than before
   */
  note(name: string, reason: string | undefined): boolean {
    const isNews = reason !== undefined && reason !== this.#reasons.get(name)
    if (reason === undefined) this.#reasons.delete(name)
    else this.#reasons.set(name, reason)
    return isNews
  }

  /**
   * Whom to look at again when something of an installation changed.
   * @param sawAll all of the installation itself was just looked at
   */
  wokenBy(name: string, sawAll: boolean, declared: Declared): readonly string[] {
    return [...this.#reasons.keys()].filter((other) =>
      other === name ? !sawAll : needs(other, name, declared),
    )
  }

  /** Those that something waits for, themselves included. */
  blockers(declared: Declared): readonly Member[] {
    const waiting = [...this.#reasons.keys()]
    return [...declared.members.values()].filter(
      ({ name }) => this.#reasons.has(name) || waiting.some((other) => needs(other, name, declared)),
    )
  }
}

function needs(name: string, other: string, { members }: Declared): boolean {
  const dependsOn = members.get(name)?.kept?.installation.dependsOn ?? []
  return dependsOn.some((dependency) => dependency.name === other)
}
