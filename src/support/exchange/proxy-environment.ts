import { FaultError, fault } from '../../model/fault.ts'
import { percentDecoded } from '../../model/percent-decoded.ts'

/** Proxies for URLs by their scheme, as undici's EnvHttpProxyAgent takes them; an empty text is none. */
export interface ProxyEnvironment {
  readonly httpProxy: string
  readonly httpsProxy: string
}

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'socks5:', 'socks5h:', 'socks:'])

/**
 * The proxies that the environment names, as curl reads it: HTTP_PROXY, HTTPS_PROXY and ALL_PROXY, each in
 * lower case first; empty values count as unset, and an address without a scheme is http://.
 * @throws FaultError bad-proxy
 */
export function proxyEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ProxyEnvironment {
  const proxyOf = (...names: readonly string[]): string => {
    const name = names.flatMap((each) => [each, each.toUpperCase()]).find((each) => environment[each]?.trim())
    return name === undefined ? '' : proxyUrl(environment[name] ?? '', name)
  }
  return { httpProxy: proxyOf('http_proxy', 'all_proxy'), httpsProxy: proxyOf('https_proxy', 'all_proxy') }
}

/**
 * The URL of a proxy, `http://` where it has no scheme.
 * @param source names where it is written
 * @throws FaultError bad-proxy, without the text, which may hold a password
 */
export function proxyUrl(text: string, source: string): string {
  const given = text.trim()
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`)
  if (url === null || url.hostname === '') throw badProxy(`${source} is not a URL`)
  if (!SCHEMES.has(url.protocol)) throw badProxy(`${source} has the scheme ${url.protocol}//`)
  if (/[^/]/.test(url.pathname)) throw badProxy(`${source} has a path`)
  if (percentDecoded(url.username + url.password) === undefined)
    throw badProxy(`${source} has a user or password with a bad %`)
  return url.href.replace(/^socks5h:/, 'socks5:') // undici resolves names at the proxy in any case
}

function badProxy(details: string): FaultError {
  return new FaultError(fault('bad-proxy', details))
}
