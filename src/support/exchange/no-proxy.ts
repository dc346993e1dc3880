import { BlockList, isIP } from 'node:net'

/** Whether a URL is to be reached without a proxy. */
export type Bypass = (url: URL) => boolean

/** A host in lower case without brackets, and its port. */
interface Address {
  readonly host: string
  readonly port: string
}

type Matcher = (address: Address) => boolean

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/**
 * Reads NO_PROXY as Go's httpproxy does: names with their subdomains, `.example.com` and `*.example.com` for
 * subdomains alone, addresses, networks (`10.0.0.0/8`, `fd00::/8`), each name or address with a port or
 * without, and `*` for everything. Separated by commas or, as for curl, spaces.
 */
export function noProxy(text: string): Bypass {
  const entries = text.toLowerCase().split(/[\s,]+/)
  if (entries.includes('*')) return () => true
  const matchers = entries.flatMap((entry) => matcherOf(entry) ?? [])
  return (url) => {
    const address = addressOf(url)
    return matchers.some((matches) => matches(address))
  }
}

/** Whether a URL leads to this machine: Go programs never ask a proxy for it. */
export function isLoopback(url: URL): boolean {
  const { host } = addressOf(url)
  const loopback = new BlockList()
  loopback.addSubnet('127.0.0.0', 8, 'ipv4')
  loopback.addAddress('::1', 'ipv6')
  return host === 'localhost' || (isIP(host) !== 0 && loopback.check(host, family(host)))
}

function addressOf({ hostname, port, protocol }: URL): Address {
  const host = hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/(.)\.$/, '$1')
  return { host, port: port === '' ? (DEFAULT_PORTS[protocol] ?? '') : port }
}

function matcherOf(entry: string): Matcher | undefined {
  return networkMatcher(entry) ?? hostMatcher(entry)
}

function networkMatcher(entry: string): Matcher | undefined {
  const [address = '', prefix = '', ...others] = entry.split('/')
  const bits = isIP(address) === 6 ? 128 : 32
  if (isIP(address) === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > bits || others.length > 0)
    return undefined
  const list = new BlockList()
  list.addSubnet(address, Number(prefix), family(address))
  return ({ host }) => isIP(host) !== 0 && list.check(host, family(host))
}

function hostMatcher(entry: string): Matcher | undefined {
  const { host, port } = splitPort(entry)
  if (host === '') return undefined
  const isPort = (address: Address) => port === '' || port === address.port
  if (isIP(host) !== 0) {
    const list = new BlockList()
    list.addAddress(host, family(host))
    return (address) =>
      isIP(address.host) !== 0 && list.check(address.host, family(address.host)) && isPort(address)
  }
  const name = host.replace(/^\*\./, '.')
  const suffix = asciiName(name.startsWith('.') ? name : `.${name}`)
  return (address) =>
    (address.host.endsWith(suffix) || (!name.startsWith('.') && address.host === suffix.slice(1))) &&
    isPort(address)
}

/** An IPv6 address with a port is in brackets. */
function splitPort(entry: string): Address {
  const [, bracketed, plain, port = ''] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? []
  return { host: bracketed ?? plain ?? entry, port }
}

/** A name with the Punycode that URLs have. */
function asciiName(suffix: string): string {
  const host = URL.parse(`http://x${suffix}`)?.hostname
  return host === undefined ? suffix : host.slice(1)
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
