import type { Candidate } from './rollout-view.ts'

/** The commits that groups may be brought to, in the order of the branch. */
export class Line {
  readonly candidates: readonly Candidate[]
  readonly #positions: ReadonlyMap<string, number>
  readonly #byCommit: ReadonlyMap<string, Candidate>

  /**
   * @param candidates the oldest first
   * @param order commits of the branch, those of the candidates included, the oldest first
   */
  constructor(candidates: readonly Candidate[], order: readonly string[]) {
    this.candidates = candidates
    this.#byCommit = new Map(candidates.map((each) => [each.commit, each]))
    this.#positions = new Map(order.map((commit, index) => [commit, index]))
  }

  get head(): Candidate | undefined {
    return this.candidates.at(-1)
  }

  /** Position of a commit; -1 for one that is not of the branch, which is older than all. */
  position(commit: string): number {
    return this.#positions.get(commit) ?? -1
  }

  at(commit: string): Candidate | undefined {
    return this.#byCommit.get(commit)
  }

  /** Whether a commit is another one or later; `other` may be undefined, for none. */
  reaches(other: string | undefined, commit: string): boolean {
    return other !== undefined && this.position(other) >= this.position(commit)
  }

  /** Those after a commit, the newest first. */
  after(commit: string): readonly Candidate[] {
    const position = this.position(commit)
    return this.candidates.filter((each) => this.position(each.commit) > position).reverse()
  }
}
