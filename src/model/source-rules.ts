/** Where templates may be fetched from, as the administrator says outside of Git. */
export interface SourceRules {
  /**
   * Git repositories, chart repositories and registries: hosts in the form of URLs, with or without a path prefix, such
   * as `git.example.com:8443/team`. Absent: every public host.
   */
  readonly git?: readonly string[]
  readonly charts?: readonly string[]
  readonly registries?: readonly string[]
  /** Networks that may be connected to though they are not public: CIDRs. */
  readonly addresses?: readonly string[]
}

/** Places that have a list of their own. */
export type SourceKind = Exclude<keyof SourceRules, 'addresses'>

/** A segment that a server may take for a step up, or for two segments. */
const ENCODED_STEP = /%(?:2e|2f|5c)/i

/** What a request for a Git repository adds to its URL (gitprotocol-http). */
const SERVICE = /\/(?:info\/refs|git-upload-pack|git-receive-pack)$/

/** Whether one of the prefixes is that of a URL: the host as a whole, the path by whole segments. */
export function isListed({ host, pathname }: URL, prefixes: readonly string[]): boolean {
  if (ENCODED_STEP.test(pathname)) return false
  const name = `${host}${pathname.replace(SERVICE, '').replace(/\.git\/*$/, '')}/`
  return prefixes.some((prefix) => name.startsWith(`${prefix}/`))
}

/** Whether a host is that of one of the prefixes. */
export function isListedHost({ host }: URL, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => prefix === host || prefix.startsWith(`${host}/`))
}
