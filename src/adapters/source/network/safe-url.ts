import { sourceFault } from '../source-fault.ts'

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

export interface SafeUrlOptions {
  /** The URL that named this one. */
  readonly from?: string | undefined
  /** Whether a digest from Git verifies the content: then it does not matter who could change it. */
  readonly pinned: boolean
}

/**
 * A URL that may be requested: https, or http on this machine or for pinned content, but never http named by
 * https; and never one with credentials.
 * @throws FaultError template-unavailable
 */
export function safeUrl(text: string, { from, pinned }: SafeUrlOptions): URL {
  const url = URL.parse(text, from)
  if (url === null) throw sourceFault('template-unavailable', `${text} is not a URL`)
  if (url.username !== '' || url.password !== '') throw refused(url, 'contains credentials')
  if (url.protocol === 'https:') return url
  if (url.protocol !== 'http:') throw refused(url, 'is not HTTPS')
  if (from?.startsWith('https:')) throw refused(url, `is not HTTPS, and ${new URL(from).host} named it`)
  if (!pinned && !isLoopback(url)) throw refused(url, 'is not HTTPS, and no digest is pinned')
  return url
}

/** Whether a URL points to this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname)
}

function refused(url: URL, why: string) {
  url.username = ''
  url.password = ''
  return sourceFault('template-unavailable', `${url.origin}${url.pathname} ${why}`)
}
