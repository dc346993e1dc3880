/** Whom an SSH server is known by, and who logs in to it. All files are read at each use: they may be renewed. */
export interface SshSettings {
  /** Absolute; a missing file knows no server. */
  readonly knownHostsFile?: string | undefined
  /** Absolute: the private key; absent: the keys of the agent. */
  readonly keyFile?: string | undefined
  /** Absolute: the passphrase of the private key. */
  readonly passphraseFile?: string | undefined
  /** The socket of ssh-agent(1). */
  readonly agentSocket?: string | undefined
}
