/** Which commits of the branch may be applied, by their signatures. All files are absolute. */
export interface VerifyRule {
  /**
   * `head`: the head is to be signed, and vouches for the commits before it; `all`: every commit since the last one
   * that was applied is to be.
   */
  readonly mode: 'head' | 'all'
  /** Files of OpenPGP public keys, and of allowed signers as ssh-keygen reads them. */
  readonly keys: readonly string[]
  /** Patterns of signers; absent: all whose keys are listed. */
  readonly principals?: readonly string[]
  /** Absent: commits that the forge made and signed are like any others. */
  readonly forge?: ForgeRule
}

export interface ForgeRule {
  /** Files like `keys`: the keys that the forge signs its commits by. */
  readonly keys: readonly string[]
  /**
   * `allow`: the forge's signature counts; `require-signed-parent`: of a merge, whose parents are signed by others
   * than the forge, or are such merges.
   */
  readonly merges: 'allow' | 'require-signed-parent'
}

/** The key that Reeve signs its own commits by. The files are absolute, and are read for each use. */
export interface SigningRule {
  readonly format: 'openpgp' | 'ssh'
  readonly keyFile: string
  readonly passphraseFile?: string
}
