/** What a merge has on each of its three sides. */
export interface Sides<T> {
  /** The common ancestor. */
  readonly base: T
  /** The branch that is merged into. */
  readonly ours: T
  /** What is merged. */
  readonly theirs: T
}
