import { FaultError, fault } from '../../model/fault.ts'
import { percentDecoded } from '../../model/percent-decoded.ts'
import { redactUrl } from '../../model/redact-url.ts'
import { readSshAddress, type SshAddress } from '../../model/ssh-address.ts'
import type { SshSettings } from '../../model/ssh-settings.ts'
import type { ReadCredentials } from './credentials.ts'

/** URL and credentials of a repository. */
export interface GitRemote {
  /** http, https or, with `ssh`, an SSH address; credentials in it are used, but never kept or shown. */
  readonly url: string
  /** Over HTTP. */
  readonly credentials?: ReadCredentials
  /** Keys for an SSH address; absent: none is allowed. */
  readonly ssh?: SshSettings
}

/** A GitRemote over HTTP whose URL holds no credentials. */
export interface HttpRemote {
  readonly url: string
  readonly credentials: ReadCredentials
}

/** A GitRemote over SSH. */
export interface SshRemote {
  /** As the administrator wrote it. */
  readonly url: string
  readonly address: SshAddress
  readonly ssh: SshSettings
}

/** @throws FaultError bad-option for anything but an HTTP or HTTPS URL, or an SSH address where one is allowed */
export function plainRemote(remote: GitRemote): HttpRemote | SshRemote {
  const ssh = remote.ssh && readSshAddress(remote.url)
  if (!ssh || !remote.ssh) return httpRemote(remote)
  if ('problem' in ssh) throw new FaultError(fault('bad-option', `the SSH address ${ssh.problem}`))
  return { url: remote.url, address: ssh.address, ssh: remote.ssh }
}

/** @throws FaultError bad-option for anything but an HTTP or HTTPS URL */
export function httpRemote(remote: GitRemote): HttpRemote {
  const url = URL.parse(remote.url)
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new FaultError(fault('bad-option', `${redactUrl(remote.url)} is not an HTTP or HTTPS URL`))
  }
  const embedded = {
    username: percentDecoded(url.username) ?? url.username,
    password: percentDecoded(url.password) ?? url.password,
  }
  const { credentials = noCredentials } = remote
  url.username = ''
  url.password = ''
  url.hash = ''
  url.search = ''
  return {
    url: url.href.replace(/\/+$/, ''),
    credentials: async () =>
      (await credentials()) ?? (embedded.username || embedded.password ? embedded : undefined),
  }
}

async function noCredentials(): Promise<undefined> {}
