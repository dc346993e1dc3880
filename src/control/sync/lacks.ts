/** Reported reasons, by the missing prerequisite. */
type Reasons = Map<string, string>

/** Missing prerequisites of installations, the reasons, and which installations to wake when they appear. */
export class Lacks {
  /** By installation, from its latest round of work. */
  readonly #known = new Map<string, Reasons>()
  /** By installation, from a round of scope `all` that is under way. */
  readonly #found = new Map<string, Reasons>()

  /** Begins a round of scope `all`. */
  begin(installation: string): void {
    this.#found.set(installation, new Map())
  }

  note(installation: string, lack: string, reason: string): void {
    const reasons = this.#found.get(installation) ?? this.#known.get(installation) ?? new Map()
    reasons.set(lack, reason)
    if (!this.#found.has(installation)) this.#known.set(installation, reasons)
  }

  /** Ends a round: its findings count from now on. */
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

  /** One prerequisite that an installation lacks; always the same one of several. */
  first(installation: string): string | undefined {
    const [first] = [...(this.#known.get(installation)?.keys() ?? [])].sort()
    return first
  }

  /** Installations that lack it. */
  lacking(lack: string): readonly string[] {
    const names = [...this.#known, ...this.#found].flatMap(([name, reasons]) =>
      reasons.has(lack) ? [name] : [],
    )
    return [...new Set(names)]
  }

  /** Installations that would now be given another reason. */
  retold(reasonOf: (installation: string, lack: string) => string): readonly string[] {
    return [...this.#known].flatMap(([name, reasons]) =>
      [...reasons].some(([lack, reason]) => reasonOf(name, lack) !== reason) ? [name] : [],
    )
  }
}
