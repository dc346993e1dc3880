import { Secret } from '../../model/secret.ts'
import { FORGE_KINDS } from '../../model/settings.ts'
import { ROLE_NAMES } from '../../roles/role-names.ts'
import type { OptionDefinition, Parsed } from './option.ts'
import { readCaFile } from './read-ca-file.ts'
import { readDuration } from './read-duration.ts'
import { readForgeUrl } from './read-forge-url.ts'
import { readListen } from './read-listen.ts'
import { readBranch, readChoice, readLabelValue, readNamespace, readText } from './read-name.ts'
import { readNetworks } from './read-networks.ts'
import { readOrigins } from './read-origins.ts'
import { readDirectoryPath, readFilePath, readTreePath } from './read-path.ts'
import { readProposals } from './read-proposals.ts'
import { readRate } from './read-rate.ts'
import { readRemoteBases } from './read-remote-bases.ts'
import { readRepo } from './read-repo.ts'
import { readSchedule } from './read-schedule.ts'
import { readTarget } from './read-target.ts'

/**
 * Every option that takes a value: the source of flags, environment variables, configuration keys and help.
 */
export const optionTable = {
  repo: {
    placeholder: 'URL',
    group: 'Git',
    help: 'the Git repository: https://…, http://…, ssh://git@host/path or git@host:path',
    read: readRepo,
  },
  branch: {
    placeholder: 'NAME',
    group: 'Git',
    help: 'the branch whose head the cluster follows',
    fallback: 'main',
    read: readBranch,
  },
  path: {
    placeholder: 'DIR',
    group: 'Git',
    help: 'the directory in the repository that contains the installations',
    fallback: '.',
    read: readTreePath,
  },
  'status-branch': {
    placeholder: 'NAME',
    group: 'Git',
    help: 'the branch to write statuses to',
    fallbackHelp: 'reeve/status/<cluster>',
    read: readBranch,
  },
  'git-username': {
    placeholder: 'NAME',
    group: 'Git',
    help: 'the user name for the remote',
    read: readText,
  },
  'git-password-file': {
    placeholder: 'FILE',
    group: 'Git',
    help: "a file that holds the user's password",
    read: readFilePath,
  },
  'git-token-file': {
    placeholder: 'FILE',
    group: 'Git',
    help: 'a file that holds an access token, used instead of a password',
    read: readFilePath,
  },
  'git-password': {
    placeholder: '',
    group: 'Git',
    help: "the user's password",
    secret: true,
    read: readSecret,
  },
  'git-token': {
    placeholder: '',
    group: 'Git',
    help: 'an access token',
    secret: true,
    read: readSecret,
  },
  'ssh-key-file': {
    placeholder: 'FILE',
    group: 'Git',
    help: 'a private key for a remote over SSH, such as a deploy key',
    fallbackHelp: 'the keys of ssh-agent, if it runs',
    read: readFilePath,
  },
  'ssh-key-passphrase-file': {
    placeholder: 'FILE',
    group: 'Git',
    help: 'a file that holds the passphrase of the private key',
    read: readFilePath,
  },
  'ssh-known-hosts-file': {
    placeholder: 'FILE',
    group: 'Git',
    help: 'the host keys of SSH servers, as ssh keeps them; no other server is trusted',
    fallbackHelp: '~/.ssh/known_hosts',
    read: readFilePath,
  },
  'git-ca-file': {
    placeholder: 'FILE',
    group: 'Git',
    help: 'certificates (PEM) of further CAs to trust, for the remote, charts and registries',
    read: readCaFile,
  },
  'git-timeout': {
    placeholder: 'DURATION',
    group: 'Git',
    help: 'how long one fetch or push may take, such as 30m or 2h',
    fallback: '30m',
    read: readDuration,
  },
  'git-min-rate': {
    placeholder: 'NUMBER',
    group: 'Git',
    help: 'the minimum transfer rate in bytes per second; 0 for no minimum',
    fallback: '1024',
    read: readRate,
  },
  'remote-bases': {
    placeholder: 'HOST/PATH,…',
    group: 'Git',
    help: 'repositories that kustomizations may refer to, such as github.com/org, separated by commas',
    fallbackHelp: 'none',
    read: readRemoteBases,
  },
  'source-addresses': {
    placeholder: 'CIDR,…',
    group: 'Git',
    help: 'networks that templates may be fetched from though they are not public, such as 10.0.0.0/8, separated by commas',
    fallbackHelp: 'none',
    read: readNetworks,
  },
  'age-key-file': {
    placeholder: 'FILE',
    group: 'Git',
    help: 'a file of age keys, to decrypt files encrypted by SOPS',
    read: readFilePath,
  },
  'openpgp-key-file': {
    placeholder: 'FILE',
    group: 'Git',
    help: 'a file of ASCII-armored OpenPGP private keys, to decrypt files encrypted by SOPS',
    read: readFilePath,
  },
  'age-key': {
    placeholder: '',
    group: 'Git',
    help: 'age keys',
    secret: true,
    read: readSecret,
  },
  'openpgp-key': {
    placeholder: '',
    group: 'Git',
    help: 'ASCII-armored OpenPGP private keys',
    secret: true,
    read: readSecret,
  },
  'data-dir': {
    placeholder: 'DIR',
    group: 'Git',
    help: 'where the clone is kept; safe to delete while Reeve is stopped',
    fallbackHelp: '~/.local/state/reeve/<repository>-<hash>',
    read: readDirectoryPath,
  },
  kubeconfig: {
    placeholder: 'FILE',
    group: 'Cluster',
    help: 'the kubeconfig file',
    fallbackHelp: '$KUBECONFIG, ~/.kube/config, or the service account in a cluster',
    read: readFilePath,
  },
  cluster: {
    placeholder: 'NAME',
    group: 'Cluster',
    help: "the cluster's name, in the status branch and its commits",
    fallback: 'default',
    read: readLabelValue,
  },
  name: {
    placeholder: 'NAME',
    group: 'Cluster',
    help: "this Repository's name, the value of the label reeve.dev/repository",
    fallback: 'default',
    read: readLabelValue,
  },
  namespace: {
    placeholder: 'NS',
    group: 'Cluster',
    help: 'the namespace for namespaced objects that do not set one',
    fallback: 'default',
    read: readNamespace,
  },
  'lookup-secrets': {
    placeholder: 'WHOSE',
    group: 'Cluster',
    help: 'whose charts may look up Secrets: "followed" (those of the followed branch), "any" (also those of another SOURCE of a plan) or "none"',
    fallback: 'followed',
    read: readChoice(['followed', 'any', 'none']),
  },
  interval: {
    placeholder: 'DURATION',
    group: 'Running',
    help: 'how often to ask the remote for a new commit, such as 30s or 5m',
    fallback: '30s',
    read: readDuration,
  },
  schedule: {
    placeholder: 'CRON',
    group: 'Running',
    help: 'when to ask the remote, as a cron expression, instead of --interval',
    read: readSchedule,
  },
  'propose-versions': {
    placeholder: 'DURATION',
    group: 'Running',
    help: 'how often to look for newer versions of charts named by a range, to propose them on a branch, such as 12h or 7d; or "none"',
    fallback: '1d',
    read: readProposals,
  },
  'check-addresses': {
    placeholder: 'URL,…',
    group: 'Running',
    help: 'servers that checks of rollouts may ask, such as http://prometheus.monitoring:9090, separated by commas',
    fallbackHelp: 'none',
    read: readOrigins,
  },
  forge: {
    placeholder: 'KIND',
    group: 'Review',
    help: 'the forge that pull requests are reviewed on: github, gitlab, gitea (also Forgejo), or "none"',
    fallbackHelp: 'guessed from the URL of the repository, where --forge-token-file or an App is given',
    read: readChoice([...FORGE_KINDS, 'none']),
  },
  'forge-url': {
    placeholder: 'URL',
    group: 'Review',
    help: "the forge's own URL, where it is not that of the repository",
    read: readForgeUrl,
  },
  'forge-token-file': {
    placeholder: 'FILE',
    group: 'Review',
    help: 'a file that holds an access token for the forge, to comment and to set statuses',
    read: readFilePath,
  },
  'forge-token': {
    placeholder: '',
    group: 'Review',
    help: 'the access token for the forge',
    secret: true,
    read: readSecret,
  },
  'forge-app-id': {
    placeholder: 'ID',
    group: 'Review',
    help: 'the id of a GitHub App to act as, instead of a token',
    read: readText,
  },
  'forge-app-key-file': {
    placeholder: 'FILE',
    group: 'Review',
    help: "a file that holds the GitHub App's private key (PEM)",
    read: readFilePath,
  },
  target: {
    placeholder: 'ROLES',
    group: 'Running',
    help: `the roles of this process, separated by commas: all, ${ROLE_NAMES.join(', ')}`,
    fallback: 'all',
    read: readTarget,
  },
  listen: {
    placeholder: 'HOST:PORT',
    group: 'Running',
    help: 'where to serve /healthz, /readyz, /metrics and /webhooks, or "none"; a free port where the default is in use',
    fallback: '127.0.0.1:8080',
    read: readListen,
  },
  'webhook-secret-file': {
    placeholder: 'FILE',
    group: 'Running',
    help: 'a file of the secrets that webhooks at /webhooks are verified by, one a line; without one there are no webhooks',
    read: readFilePath,
  },
  'webhook-secret': {
    placeholder: '',
    group: 'Running',
    help: 'the secret that webhooks are verified by',
    secret: true,
    read: readSecret,
  },
  'release-secret': {
    placeholder: 'WHAT',
    group: 'Running',
    help: 'keep or remove the record of a Helm release that has no objects left',
    fallback: 'keep',
    read: readChoice(['keep', 'remove']),
  },
  'log-level': {
    placeholder: 'LEVEL',
    group: 'Output',
    help: 'trace, debug, info, warn, error or silent',
    fallback: 'info',
    read: readChoice(['trace', 'debug', 'info', 'warn', 'error', 'silent']),
  },
  'log-format': {
    placeholder: 'FORMAT',
    group: 'Output',
    help: 'json or pretty',
    fallbackHelp: 'pretty on a terminal, else json',
    read: readChoice(['json', 'pretty']),
  },
  output: {
    placeholder: 'FORMAT',
    group: 'Output',
    help: 'text, json or yaml; of reeve plan SOURCE also markdown',
    fallback: 'text',
    read: readChoice(['text', 'json', 'yaml', 'markdown']),
  },
} as const satisfies Record<string, OptionDefinition<unknown>>

export type OptionName = keyof typeof optionTable

type ValueOf<D> = D extends { read: (text: string) => infer R } ? ParsedValue<Awaited<R>> : never
type ParsedValue<P> = P extends { readonly value: infer T } ? T : never

/** Option values by name; only options with a given value or a default are present. */
export type OptionValues = { readonly [K in OptionName]?: ValueOf<(typeof optionTable)[K]> }

/** The definition of `name`, without the type of its value. */
export function definitionOf(name: OptionName): OptionDefinition<unknown> {
  return optionTable[name]
}

/** The names of all options. */
export const OPTION_NAMES: readonly string[] = Object.keys(optionTable)

export function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(optionTable, name)
}

function readSecret(text: string): Parsed<Secret> {
  const value = text.replace(/\r?\n$/, '')
  return value === '' ? { problem: 'is empty' } : { value: new Secret(value) }
}
