import path from 'node:path'
import { type Fault, fault } from '../../model/fault.ts'
import { isSshAddress } from '../../model/ssh-address.ts'
import type { SshSettings } from '../../model/ssh-settings.ts'
import type { Surroundings } from './given.ts'
import { environmentName } from './option.ts'
import { definitionOf, type OptionName, type OptionValues } from './table.ts'
import type { ReadOptions } from './values.ts'

const OF_SSH: readonly OptionName[] = ['ssh-key-file', 'ssh-key-passphrase-file', 'ssh-known-hosts-file']
const OF_HTTP: readonly OptionName[] = [
  'git-username',
  'git-password-file',
  'git-token-file',
  'git-password',
  'git-token',
]

/** Settings for a remote over SSH. The keys of an agent are used where no key is given. */
export function sshSettings(values: OptionValues, { environment, homeDirectory }: Surroundings): SshSettings {
  const keyFile = values['ssh-key-file']
  const usual = homeDirectory && path.join(homeDirectory, '.ssh/known_hosts')
  const knownHostsFile = values['ssh-known-hosts-file'] ?? usual
  const passphraseFile = values['ssh-key-passphrase-file']
  return {
    ...(knownHostsFile && { knownHostsFile }),
    ...(keyFile && { keyFile }),
    ...(passphraseFile && { passphraseFile }),
    ...(!keyFile && environment.SSH_AUTH_SOCK && { agentSocket: environment.SSH_AUTH_SOCK }),
  }
}

/** Options that do not go with the kind of the remote, or with one another. */
export function sshContradictions(
  { values, given }: ReadOptions,
  { environment }: Surroundings,
): readonly Fault[] {
  if (values.repo === undefined) return []
  const isSsh = isSshAddress(values.repo)
  const misplaced = (isSsh ? OF_HTTP : OF_SSH).filter((name) => given.has(name))
  const words = isSsh
    ? 'is for remotes over HTTP, and --repo is an SSH address: give --ssh-key-file'
    : 'is for remotes over SSH, and --repo is none'
  const bad = (wrong: boolean, details: string) => (wrong ? [fault('bad-option', details)] : [])
  const hasKey = given.has('ssh-key-file')
  return [
    ...misplaced.map((name) => fault('bad-option', `${label(name)} ${words}`)),
    ...bad(
      isSsh && !hasKey && !environment.SSH_AUTH_SOCK,
      '--ssh-key-file is missing: a remote over SSH needs a private key, or an agent that SSH_AUTH_SOCK names',
    ),
    ...bad(
      isSsh && !hasKey && given.has('ssh-key-passphrase-file'),
      '--ssh-key-passphrase-file needs --ssh-key-file',
    ),
  ]
}

function label(name: OptionName): string {
  return definitionOf(name).secret ? environmentName(name) : `--${name}`
}
