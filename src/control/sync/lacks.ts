/** By what is lacking: why that is not there, as it was told. */
type Reasons = Map<string, string>

/** What installations lack and wait for: told why, and whom to look at when it comes. */
export class Lacks {
  /** Of each installation as of its latest round of work. */
  readonly #known = new Map<string, Reasons>()
  /** Of those that are all looked at now. */
  readonly #found = new Map<string, Reasons>()

  /** All of an installation is looked at anew. */
  begin(installation: string): void {
    this.#found.set(installation, new Map())
  }

  note(installation: string, lack: string, reason: string): void {
    const reasons = this.#found.get(installation) ?? this.#known.get(installation) ?? new Map()
    reasons.set(lack, reason)
    if (!this.#found.has(installation)) this.#known.set(installation, reasons)
  }

  /** It was looked at: what was found counts from now on. */
  end(installation: string): void {
    const found = this.#found.get(installation)
    this.#found.delete(installation)
    if (found !== undefined) this.#known.set(installation, found)
    if (found?.size === 0) this.#known.delete(installation)
  }

  forget(installation: string): void {
    this.#found.delete(installation)
    this.#known.delete(installation)
  }

  /** Something that an installation lacks, always the same of several. */
  first(installation: string): string | undefined {
    const [first] = [...(this.#known.get(installation)?.keys() ?? [])].sort()
    return first
  }

  /** Those that lack it. */
  lacking(lack: string): readonly string[] {
    const names = [...this.#known, ...this.#found].flatMap(([name, reasons]) =>
      reasons.has(lack) ? [name] : [],
    )
    return [...new Set(names)]
  }

  /** Those that would be told another reason now. */
  retold(reasonOf: (installation: string, lack: string) => string): readonly string[] {
    return [...this.#known].flatMap(([name, reasons]) =>
      [...reasons].some(([lack, reason]) => reasonOf(name, lack) !== reason) ? [name] : [],
    )
  }
}
