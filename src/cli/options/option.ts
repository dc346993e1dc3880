/** What an option's text means, or what is wrong with it: words that follow `--name `. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string }

/** One option: the source of its flag, environment variable, key in the file and line of help. */
export interface OptionDefinition<T> {
  /** What stands for the value in the help: `URL`, `NAME`, `FILE`. */
  readonly placeholder: string
  readonly group: 'Git' | 'Cluster' | 'Running' | 'Output'
  readonly help: string
  /** What holds where nobody gives the option, as the user would write it. */
  readonly fallback?: string
  /** What the help says of a default that is worked out. */
  readonly fallbackHelp?: string
  /** A secret: only in the environment, never a flag, a key of the file or part of a message. */
  readonly secret?: true
  readonly read: (text: string) => Parsed<T> | Promise<Parsed<T>>
}

/** `git-token-file` → `REEVE_GIT_TOKEN_FILE` */
export function environmentName(option: string): string {
  return `REEVE_${option.toUpperCase().replaceAll('-', '_')}`
}
