import type { OptionName } from './table.ts'

/** Options of every command that reads possibly encrypted files. */
export const KEY_OPTIONS: readonly OptionName[] = ['age-key-file', 'openpgp-key-file']

/** Options of every command that reads Git. */
export const GIT_OPTIONS: readonly OptionName[] = [
  'repo',
  'branch',
  'path',
  'status-branch',
  'git-username',
  'git-password-file',
  'git-token-file',
  'ssh-key-file',
  'ssh-key-passphrase-file',
  'ssh-known-hosts-file',
  'git-ca-file',
  'git-timeout',
  'git-min-rate',
  'remote-bases',
  'source-addresses',
  ...KEY_OPTIONS,
  'data-dir',
]

/** Options of every command that talks to a cluster. */
export const CLUSTER_OPTIONS: readonly OptionName[] = [
  'kubeconfig',
  'cluster',
  'name',
  'namespace',
  'lookup-secrets',
]

/** Options of commands that ask the forge. */
export const FORGE_OPTIONS: readonly OptionName[] = [
  'forge',
  'forge-url',
  'forge-token-file',
  'forge-app-id',
  'forge-app-key-file',
]

/** Options of every command that logs. */
export const LOG_OPTIONS: readonly OptionName[] = ['log-level', 'log-format']
