/** The commits that a target's head leads to, as far as they are local: read once for all changes that it has open. */
export class KnownHistory {
  #head = ''
  #commits: Promise<ReadonlySet<string>> = Promise.resolve(new Set<string>())

  /** @param read reads the history of a commit, where it is not the last one that was asked for */
  of(head: string, read: () => Promise<Iterable<string>>): Promise<ReadonlySet<string>> {
    if (this.#head !== head) {
      this.#head = head
      this.#commits = read().then((found) => new Set(found))
      this.#commits.catch(() => this.forget()) // the caller gets the error, the next one reads anew
    }
    return this.#commits
  }

  /** Call when more of a history has become local. */
  forget(): void {
    this.#head = ''
  }
}
