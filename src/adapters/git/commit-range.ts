/** The commits up to `to`, after `from` or from it on; full ids. */
export interface CommitRange {
  readonly from: string | undefined
  readonly to: string
  readonly inclusive: boolean
}
