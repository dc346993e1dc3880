import { type Fault, fault } from '../../model/fault.ts'
import type {
  CredentialSettings,
  ForgeSettings,
  KeySettings,
  Listen,
  LogSettings,
  Settings,
  WebhookSettings,
} from '../../model/settings.ts'
import { isSshAddress } from '../../model/ssh-address.ts'
import { defaultDataDir } from './data-dir.ts'
import type { CommandLine, Surroundings } from './given.ts'
import { sshContradictions, sshSettings } from './ssh-settings.ts'
import { type OptionName, type OptionValues, optionTable } from './table.ts'
import { UsageError } from './usage-error.ts'
import { type ReadOptions, readOptions } from './values.ts'

/** Reads the settings of a command that reads Git. @throws UsageError with every fault */
export async function readSettings(line: CommandLine, surroundings: Surroundings): Promise<Settings> {
  return settingsOf(await readAllOptions(line, surroundings), surroundings)
}

/** For a command with options of its own besides the settings: files are read once, which may be pipes. */
export function readAllOptions(line: CommandLine, surroundings: Surroundings): Promise<ReadOptions> {
  return readOptions(line, surroundings, Object.keys(optionTable) as OptionName[])
}

/** The settings among options. @throws UsageError with every fault */
export function settingsOf(read: ReadOptions, surroundings: Surroundings): Settings {
  const { values } = read
  const dataDir = values['data-dir'] ?? inferDataDir(values, surroundings)
  const faults = [...read.faults, ...contradictions(read, dataDir), ...sshContradictions(read, surroundings)]
  if (faults.length > 0 || values.repo === undefined || dataDir === undefined) throw new UsageError(faults)
  return {
    ...fixed(values),
    ...optional(read),
    ...(isSshAddress(values.repo) && { ssh: sshSettings(values, surroundings) }),
    repo: values.repo,
    dataDir,
    ...read.config,
    log: logSettings(values, surroundings),
  }
}

/** Log settings; the default format depends on the terminal. */
function logSettings(values: OptionValues, { terminal }: Surroundings): LogSettings {
  return {
    level: values['log-level'] ?? 'info',
    format: values['log-format'] ?? (terminal ? 'pretty' : 'json'),
  }
}

function inferDataDir({ repo, cluster }: OptionValues, surroundings: Surroundings): string | undefined {
  return repo && cluster && defaultDataDir(repo, cluster, surroundings)
}

function contradictions({ values, given }: ReadOptions, dataDir: string | undefined): readonly Fault[] {
  const bad = (wrong: boolean, details: string) => (wrong ? [fault('bad-option', details)] : [])
  const secret = given.has('git-password') || given.has('git-password-file')
  const anyForgeSecret = (['forge-token-file', 'forge-token', 'forge-app-id'] as const).some((name) =>
    given.has(name),
  )
  const anySecret = secret || given.has('git-token') || given.has('git-token-file')
  return [
    ...bad(!given.has('repo'), '--repo is missing: the URL of the Git repository'),
    ...bad(
      !dataDir && Boolean(values.repo && values.cluster),
      '--data-dir is missing: there is no home directory',
    ),
    ...bad(
      values.branch !== undefined && values.branch === statusBranch(values),
      '--status-branch is the same branch as --branch',
    ),
    ...bad(secret && !given.has('git-username'), '--git-username is missing: a password needs it'),
    ...bad(
      given.has('forge-app-id') !== given.has('forge-app-key-file'),
      '--forge-app-id and --forge-app-key-file belong together',
    ),
    ...bad(
      (given.has('forge-url') || (given.has('forge') && values.forge !== 'none')) && !anyForgeSecret,
      '--forge-token-file is missing: without a token, Reeve can do nothing on the forge',
    ),
    ...bad(given.has('git-username') && !anySecret, '--git-username needs a password or a token'),
    ...bad(
      values.listen === null && webhookSettings(values) !== undefined,
      '--listen is "none": webhooks need an address',
    ),
  ]
}

function statusBranch(values: OptionValues): string {
  return values['status-branch'] ?? `reeve/status/${values.cluster ?? 'default'}`
}

/**
 * Settings with a default, which usually comes from the option table; here it stands in for faulty values.
 */
function fixed(
  values: OptionValues,
): Pick<Settings, 'branch' | 'path' | 'statusBranch' | 'cluster' | 'name' | 'namespace'> {
  return {
    branch: values.branch ?? 'main',
    path: values.path ?? '',
    statusBranch: statusBranch(values),
    cluster: values.cluster ?? 'default',
    name: values.name ?? 'default',
    namespace: values.namespace ?? 'default',
  }
}

function optional({
  values,
  given,
}: ReadOptions): Pick<
  Settings,
  | 'credentials'
  | 'gitCaFile'
  | 'gitTimeoutMs'
  | 'gitMinRate'
  | 'remoteBases'
  | 'checkAddresses'
  | 'lookupSecrets'
  | 'keys'
  | 'poll'
  | 'kubeconfig'
  | 'listen'
  | 'webhooks'
  | 'proposeEveryMs'
  | 'roles'
  | 'forge'
> {
  const keys = keySettings(values)
  const forge = forgeSettings(values)
  const webhooks = webhookSettings(values)
  return {
    ...(Object.keys(keys).length > 0 && { keys }),
    credentials: credentials(values),
    poll:
      values.schedule === undefined
        ? { intervalMs: values.interval ?? 30_000 }
        : { schedule: values.schedule },
    ...(values['git-ca-file'] && { gitCaFile: values['git-ca-file'] }),
    ...(values['git-timeout'] !== undefined && { gitTimeoutMs: values['git-timeout'] }),
    ...(values['git-min-rate'] !== undefined && { gitMinRate: values['git-min-rate'] }),
    ...(values['remote-bases'] && { remoteBases: values['remote-bases'] }),
    ...(values['check-addresses'] && { checkAddresses: values['check-addresses'] }),
    ...(values['lookup-secrets'] && { lookupSecrets: values['lookup-secrets'] }),
    ...(values.kubeconfig && { kubeconfig: values.kubeconfig }),
    ...(values.listen && { listen: listenOf(values.listen, given.has('listen')) }),
    ...(webhooks && { webhooks }),
    ...(typeof values['propose-versions'] === 'number' && { proposeEveryMs: values['propose-versions'] }),
    ...(values.target && { roles: values.target }),
    ...(forge && { forge }),
  }
}

/** Undefined where none is to be asked: without a token, Reeve can do nothing there. */
function forgeSettings(values: OptionValues): ForgeSettings | undefined {
  const { forge: kind, 'forge-url': url, 'forge-token-file': tokenFile, 'forge-token': token } = values
  const { 'forge-app-id': id, 'forge-app-key-file': keyFile } = values
  const app = id !== undefined && keyFile !== undefined ? { id, keyFile } : undefined
  if (kind === 'none' || (!tokenFile && !token && !app)) return undefined
  return {
    ...(kind && { kind }),
    ...(url && { url }),
    ...(tokenFile && { tokenFile }),
    ...(token && { token }),
    ...(app && { app }),
  }
}

function listenOf(listen: Listen, isGiven: boolean): Listen {
  return isGiven ? listen : { ...listen, isDefault: true }
}

function webhookSettings(values: OptionValues): WebhookSettings | undefined {
  const { 'webhook-secret-file': secretFile, 'webhook-secret': secret } = values
  if (secretFile !== undefined) return { secretFile }
  return secret && { secret }
}

function credentials(values: OptionValues): CredentialSettings {
  return {
    ...(values['git-username'] && { username: values['git-username'] }),
    ...(values['git-password-file'] && { passwordFile: values['git-password-file'] }),
    ...(values['git-token-file'] && { tokenFile: values['git-token-file'] }),
    ...(values['git-password'] && { password: values['git-password'] }),
    ...(values['git-token'] && { token: values['git-token'] }),
  }
}

/** Options of decryption keys. */
export const KEYS: readonly OptionName[] = ['age-key-file', 'openpgp-key-file', 'age-key', 'openpgp-key']

/** Decryption keys, for commands that need no other settings. */
export function keySettings(values: OptionValues): KeySettings {
  return {
    ...(values['age-key-file'] && { ageKeyFile: values['age-key-file'] }),
    ...(values['openpgp-key-file'] && { openpgpKeyFile: values['openpgp-key-file'] }),
    ...(values['age-key'] && { ageKey: values['age-key'] }),
    ...(values['openpgp-key'] && { openpgpKey: values['openpgp-key'] }),
  }
}
