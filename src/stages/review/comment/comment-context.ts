/** What a comment tells besides the plans of clusters. */
export interface CommentContext {
  /** The HTML comment that only Reeve's own comment contains. */
  readonly marker: string
  /** Clusters whose plan is missing or old. */
  readonly silent: readonly SilentCluster[]
  /** URL of a page with the full text; absent where there is none. */
  readonly fullText?: string | undefined
  /** Maximum length of the comment, in characters. */
  readonly limit?: number
  /** What became of it once it is merged or closed, such as `Merged; healthy in all 198 installations after 41 s`. */
  readonly outcome?: string | undefined
}

export interface SilentCluster {
  readonly cluster: string
  /** RFC 3339: when it was last heard of; absent for never. */
  readonly since?: string | undefined
}
