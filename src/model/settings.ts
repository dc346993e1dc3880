import type { Rules } from './rules.ts'
import type { Secret } from './secret.ts'

/** Everything a command that reads Git is told. Every part is valid; files given could be read. */
export interface Settings {
  /** http:// or https:// URL without credentials. */
  readonly repo: string
  /** Without refs/heads/. */
  readonly branch: string
  /** Directory in the repository, `/` between the parts; the root is the empty string. */
  readonly path: string
  readonly statusBranch: string
  readonly credentials: CredentialSettings
  /** How long one fetch or push may take, in milliseconds; absent: as long as is usual. */
  readonly gitTimeoutMs?: number
  /** Least average bytes per second, 0: none; absent: as is usual. */
  readonly gitMinRate?: number
  /** For files that SOPS encrypted; absent: none. */
  readonly keys?: KeySettings
  /** Absolute; need not exist yet. */
  readonly dataDir: string
  /** Absolute; without it the usual places count. */
  readonly kubeconfig?: string
  readonly cluster: string
  /** This Repository's name: the value of the label reeve.dev/repository. */
  readonly name: string
  /** The namespace of namespaced objects that name none. */
  readonly namespace: string
  readonly poll: PollSettings
  /** How objects are handled, whichever installation they belong to. */
  readonly rules: Rules
  /** Where to serve probes and metrics; absent: nowhere. */
  readonly listen?: Listen
  /** Names of the roles of this process; absent: all. */
  readonly roles?: readonly string[]
  readonly log: LogSettings
}

/** At most one of the four secrets is there; a password comes with a user name. */
export interface CredentialSettings {
  readonly username?: string
  /** Absolute. The file is to be read whenever it is needed: it may be renewed. */
  readonly passwordFile?: string
  readonly tokenFile?: string
  readonly password?: Secret
  readonly token?: Secret
}

/** Private keys; of each kind at most one of the two is there. */
export interface KeySettings {
  /** Absolute, as is openpgpKeyFile. The files are to be read whenever they are needed. */
  readonly ageKeyFile?: string
  readonly openpgpKeyFile?: string
  readonly ageKey?: Secret
  readonly openpgpKey?: Secret
}

/** A fixed interval, or a cron expression of five fields (six with seconds first). */
export type PollSettings = { readonly intervalMs: number } | { readonly schedule: string }

/** Where to serve HTTP; without a host on every address of the machine. Port 0 is any free one. */
export interface Listen {
  readonly host?: string
  readonly port: number
}

export interface LogSettings {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly format: 'json' | 'pretty'
}
