import { FaultError, fault } from '../../model/fault.ts'
import { redactUrl } from '../../model/redact-url.ts'
import type { ReadCredentials } from './credentials.ts'

/** URL and credentials of a repository. */
export interface GitRemote {
  /** http or https; credentials in it are used, but never kept or shown. */
  readonly url: string
  readonly credentials?: ReadCredentials
}

/** A GitRemote whose URL holds no credentials. */
export interface PlainRemote {
  readonly url: string
  readonly credentials: ReadCredentials
}

/** @throws FaultError bad-option for anything but an HTTP or HTTPS URL */
export function plainRemote(remote: GitRemote): PlainRemote {
  const url = URL.parse(remote.url)
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new FaultError(fault('bad-option', `${redactUrl(remote.url)} is not an HTTP or HTTPS URL`))
  }
  const embedded = { username: decode(url.username), password: decode(url.password) }
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

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (!(error instanceof URIError)) throw error
    return text
  }
}
