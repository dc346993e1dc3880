import { createHash } from 'node:crypto'
import path from 'node:path'
import { readSshAddress } from '../../model/ssh-address.ts'
import type { Surroundings } from './given.ts'

/**
 * The default data directory, one for each pair of repository and cluster:
 * `$XDG_STATE_HOME/reeve/<repository>-<hash>`, else below `~/.local/state` (XDG Base Directory). Undefined
 * without either directory.
 */
export function defaultDataDir(
  repo: string,
  cluster: string,
  { environment, homeDirectory }: Surroundings,
): string | undefined {
  const given = environment.XDG_STATE_HOME
  const state =
    given && path.isAbsolute(given) ? given : homeDirectory && path.join(homeDirectory, '.local/state')
  return state && path.join(state, 'reeve', `${baseName(repo)}-${hash(`${repo}\n${cluster}`)}`)
}

function baseName(repo: string): string {
  const ssh = readSshAddress(repo)
  const whole = ssh && 'address' in ssh ? ssh.address.path : new URL(repo).pathname
  const last = path.posix.basename(whole, '.git')
  return last.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, 60) || 'repository'
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
