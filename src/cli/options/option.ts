/** The value of an option, or its problem in words that follow `--name `. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string }

/** One option: the source of its flag, environment variable, key in the file and line of help. */
export interface OptionDefinition<T> {
  /** Placeholder of the value in the help: `URL`, `NAME`, `FILE`. */
  readonly placeholder: string
  readonly group: 'Git' | 'Cluster' | 'Running' | 'Review' | 'Output'
  readonly help: string
  /** The default, as a user would write it. */
  readonly fallback?: string
  /** Help text for a computed default. */
  readonly fallbackHelp?: string
  /** A secret: only in the environment, never in a flag, the configuration file or a message. */
  readonly secret?: true
  readonly read: (text: string) => Parsed<T> | Promise<Parsed<T>>
}

/** `git-token-file` → `REEVE_GIT_TOKEN_FILE` */
export function environmentName(option: string): string {
  return `REEVE_${option.toUpperCase().replaceAll('-', '_')}`
}
