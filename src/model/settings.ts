import type { ProvenanceRule } from './provenance.ts'
import type { Rules } from './rules.ts'
import type { Secret } from './secret.ts'
import type { SigningRule, VerifyRule } from './signing.ts'
import type { SourceRules } from './source-rules.ts'
import type { SshSettings } from './ssh-settings.ts'
import type { Tenancy } from './tenancy.ts'

/** Whose charts may look up Secrets of the cluster: those of the followed branch, also those of others, or none. */
export type SecretLookups = 'followed' | 'any' | 'none'

/** Settings of a command that reads Git. Every part is valid; the given files could be read. */
export interface Settings {
  /** http:// or https:// URL without credentials, or an SSH address. */
  readonly repo: string
  /** Without refs/heads/. */
  readonly branch: string
  /** Directory in the repository, with `/` as the separator; the root is the empty string. */
  readonly path: string
  readonly statusBranch: string
  readonly credentials: CredentialSettings
  /** Present if the repository is over SSH. */
  readonly ssh?: SshSettings
  /** Absolute: certificates of CAs to trust beside the usual ones, for Git and for remote templates. */
  readonly gitCaFile?: string
  /** Timeout of one fetch or push, in milliseconds; absent: the default. */
  readonly gitTimeoutMs?: number
  /** Minimum average rate in bytes per second, 0: none; absent: the default. */
  readonly gitMinRate?: number
  /** Prefixes of the repositories that bases of overlays may come from, such as github.com/org; absent: none. */
  readonly remoteBases?: readonly string[]
  /** Where templates may be fetched from. */
  readonly sources?: SourceRules
  /** Origins of the servers that checks of rollouts may ask, such as http://prometheus:9090; absent: none. */
  readonly checkAddresses?: readonly string[]
  /** Keys for files that SOPS encrypted; absent: none. */
  readonly keys?: KeySettings
  /** Absolute; need not exist yet. */
  readonly dataDir: string
  /** Absolute; absent: the usual locations. */
  readonly kubeconfig?: string
  readonly cluster: string
  /** This Repository's name: the value of the label reeve.dev/repository. */
  readonly name: string
  /** Default namespace of namespaced objects without one. */
  readonly namespace: string
  /** Whose charts may look up Secrets; absent: those of the followed branch. */
  readonly lookupSecrets?: SecretLookups
  readonly poll: PollSettings
  /** Interval between looks for newer versions of charts, in milliseconds; absent: none are proposed. */
  readonly proposeEveryMs?: number
  /** Handling of objects, for all installations. */
  readonly rules: Rules
  /** Who installations act as, and which objects they may declare. */
  readonly tenancy: Tenancy
  /** Signatures that charts need. */
  readonly provenance: readonly ProvenanceRule[]
  /** Where pull requests are; absent: no forge is asked. */
  readonly forge?: ForgeSettings
  /** How changes are reviewed; absent: as a file that says nothing of it would. */
  readonly review?: ReviewSettings
  /** Which commits may be applied, by their signatures; absent: all. */
  readonly verify?: VerifyRule | undefined
  /** What Reeve signs its own commits by; absent: it does not. */
  readonly sign?: SigningRule | undefined
  /** Address for probes and metrics; absent: not served. */
  /** Address for probes, metrics and webhooks; absent: not served. */
  readonly listen?: Listen
  /** Absent: webhooks are not accepted. */
  readonly webhooks?: WebhookSettings
  /** Names of the roles of this process; absent: all. */
  readonly roles?: readonly string[]
  readonly log: LogSettings
}

/** At most one of the four secrets is set; a password comes with a user name. */
export interface CredentialSettings {
  readonly username?: string
  /** Absolute. The file must be read on each use: it may be renewed. */
  readonly passwordFile?: string
  readonly tokenFile?: string
  readonly password?: Secret
  readonly token?: Secret
}

/** A forge, and how Reeve acts there: with a token, or as a GitHub App. */
export interface ForgeSettings {
  /** Absent: guessed from the URL of the repository. */
  readonly kind?: ForgeKind
  /** http:// or https:// URL of the forge; absent: that of the repository. */
  readonly url?: string
  /** Absolute. The file must be read on each use: it may be renewed. */
  readonly tokenFile?: string
  readonly token?: Secret
  readonly app?: {
    readonly id: string
    /** Absolute: private key in PEM. */
    readonly keyFile: string
  }
}

export const FORGE_KINDS = ['github', 'gitlab', 'gitea'] as const

export type ForgeKind = (typeof FORGE_KINDS)[number]

/** How changes are reviewed. */
export interface ReviewSettings {
  /** Whether pull requests from repositories of others are planned. */
  readonly forks: boolean
  /** Prefix of branches that are reviewed where there is no forge, such as `proposal/`; absent: none are. */
  readonly branches?: string
  /** Name of the cluster whose Reeve writes to the forge; absent: each one's own does. */
  readonly lead?: string
  /** Every installation moves only as reviewed; absent: those whose groups say so. */
  readonly requireReviewedPlan?: true
  /** What becomes of changes that no merged review is about; absent: they are held. */
  readonly directPush?: DirectPush
}

/** What becomes of changes that no merged review is about, where reviewed plans are required. */
export type DirectPush = 'allow' | DirectPushHolds

/** Changes are held that touch an object of one of these kinds, or in one of these namespaces; others are let go. */
export interface DirectPushHolds {
  /** Patterns of kinds, such as `Deployment.apps`. */
  readonly kinds: readonly string[]
  /** Patterns of namespaces. */
  readonly namespaces: readonly string[]
}

/** Private keys; at most one of the two is set for each kind. */
export interface KeySettings {
  /** Absolute, like openpgpKeyFile. The files must be read on each use. */
  readonly ageKeyFile?: string
  readonly openpgpKeyFile?: string
  readonly ageKey?: Secret
  readonly openpgpKey?: Secret
}

/** A fixed interval, or a cron expression of five fields (six with seconds first). */
export type PollSettings = { readonly intervalMs: number } | { readonly schedule: string }

/** Address to serve HTTP on; without a host, every address of the machine. Port 0 is any free port. */
export interface Listen {
  readonly host?: string
  readonly port: number
  /** Nobody chose it: another port will do. */
  readonly isDefault?: true
}

/** One of the two is set. */
export interface WebhookSettings {
  /** Absolute; one secret a line. The file must be read on each use: it may be renewed. */
  readonly secretFile?: string
  readonly secret?: Secret
}

export interface LogSettings {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly format: 'json' | 'pretty'
}
