import type { Candidate } from './rollout-view.ts'

/** The commits that groups may be brought to, in the order of the branch. */
export class Line {
  readonly candidates: readonly Candidate[]
  readonly #positions: ReadonlyMap<string, number>

  /** @param candidates the oldest first */
  constructor(candidates: readonly Candidate[]) {
    this.candidates = candidates
    this.#positions = new Map(candidates.map(({ commit }, index) => [commit, index]))
  }

  get head(): Candidate | undefined {
    return this.candidates.at(-1)
  }

  /** Position of a commit; -1 for one that is not of the branch, which is older than all. */
  position(commit: string): number {
    return this.#positions.get(commit) ?? -1
  }

  /** Whether a commit is another one or later; `other` may be undefined, for none. */
  reaches(other: string | undefined, commit: string): boolean {
    return other !== undefined && this.position(other) >= this.position(commit)
  }

  /** Those after a commit, the newest first. */
  after(commit: string): readonly Candidate[] {
    return this.candidates.slice(this.position(commit) + 1).reverse()
  }
}
