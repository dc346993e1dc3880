import { readSshAddress } from '../../model/ssh-address.ts'
import type { Parsed } from './option.ts'

/** Reads the URL of a Git remote. Problems never repeat the URL, which may hold a password. */
export function readRepo(text: string): Parsed<string> {
  const ssh = readSshAddress(text)
  if (ssh) return 'problem' in ssh ? ssh : { value: text }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    return {
      problem:
        'is not a URL such as https://git.example.com/team/fleet.git, and no SSH address such as git@git.example.com:team/fleet.git',
    }
  }
  if (url.username !== '' || url.password !== '') {
    return {
      problem:
        'contains a user name or password, which would end up in logs and in the process list: ' +
        'remove it, and give --git-username and --git-password-file, or --git-token-file',
    }
  }
  if (url.search !== '' || url.hash !== '') {
    return { problem: 'has a part after "?" or "#", which the URL of a Git remote cannot have' }
  }
  return { value: text }
}
