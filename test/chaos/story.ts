/** So many of the last lines are told. */
const TOLD = 300

/** What happened and when, in seconds from the start, for people who look into a failure. */
export class Story {
  readonly #start = performance.now()
  readonly #lines: string[] = []

  tell(what: string): void {
    this.#lines.push(`${((performance.now() - this.#start) / 1000).toFixed(3)} ${what}`)
  }

  matching(pattern: RegExp): readonly string[] {
    return this.#lines.filter((line) => pattern.test(line))
  }

  get text(): string {
    const left = this.#lines.length - TOLD
    return [...(left > 0 ? [`(${left} lines before)`] : []), ...this.#lines.slice(-TOLD)].join('\n')
  }
}
