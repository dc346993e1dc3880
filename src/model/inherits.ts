/** What an installation is made from, where a group's rollout moves what it inherits. */
export interface Inherits {
  /** The group whose rollout moves it. */
  readonly group: string
  /** Its innermost group. */
  readonly innermost: string
  /** Full id of the commit that it inherits from. */
  readonly commit: string
  /** Digest of what the members of `group` inherit there. */
  readonly digest: string
  /** Digest of what it says itself. */
  readonly own: string
  /** Its workloads sleep: it follows no rollout. */
  readonly asleep?: true
  /** Seal of all this; absent where Reeve had no key. */
  readonly seal?: string
}
