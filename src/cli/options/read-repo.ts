import type { Parsed } from './option.ts'

const SCP_LIKE = /^[^/\s]+@[^/\s:]+:/

/** Reads the URL of a Git remote. Problems never repeat the URL, which may hold a password. */
export function readRepo(text: string): Parsed<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (SCP_LIKE.test(text) || url?.protocol === 'ssh:') {
    return { problem: 'is an SSH address, which Reeve does not support: give the https:// URL' }
  }
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    return { problem: 'is not a URL such as https://git.example.com/team/fleet.git' }
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
