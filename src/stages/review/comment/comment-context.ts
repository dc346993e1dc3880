/** What a comment tells besides the plans of clusters. */
export interface CommentContext {
  /** The HTML comment that only Reeve's own comment contains. */
  readonly marker: string
  /** Clusters whose plan is missing or old. */
  readonly silent: readonly SilentCluster[]
  /** URL of the page with the full text of a cluster's plan; absent where there is none. */
  readonly fullText?: ((cluster: string) => string) | undefined
  /** What became of it once it is merged or closed, such as `Merged; healthy in all 198 installations after 41 s`. */
  readonly outcome?: string | undefined
}

export interface SilentCluster {
  readonly cluster: string
  /** RFC 3339: when it was last heard of; absent for never. */
  readonly since?: string | undefined
}
