import type { Random } from '../random.ts'

/** So many of the last resourceVersions are remembered; older ones may be forgotten by the server, too. */
const REMEMBERED = 40

/** The resourceVersions that a client was shown: what an older cache may still be at. */
export class SeenVersions {
  readonly #versions: string[] = []

  /** Notes those in a text of JSON. */
  noteIn(text: string): void {
    for (const [, version] of text.matchAll(/"resourceVersion":"(\d+)"/g)) if (version) this.#note(version)
  }

  /** One that is older than the given one, or than the newest; undefined where there is none. */
  older(random: Random, than = this.#versions.at(-1)): string | undefined {
    const older = this.#versions.filter((version) => Number(version) < Number(than))
    return older.length === 0 ? undefined : random.pick(older)
  }

  #note(version: string): void {
    if (this.#versions.includes(version)) return
    this.#versions.push(version)
    if (this.#versions.length > REMEMBERED) this.#versions.shift()
  }
}
