import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Which addresses may be connected to for a URL that others than the administrator wrote. */
export interface AddressRule {
  /** Why an address of a host may not be connected to, in words that follow its name; undefined where it may. */
  refusal(host: string, address: string): string | undefined
  /** Why a host may not be asked for, whatever its address is; undefined where that depends on the address. */
  hostRefusal(host: string): string | undefined
}

type Address = ReturnType<typeof ipaddr.process>

/** Names that only a cluster or a cloud resolves. */
const INTERNAL_NAME = /(?:^|\.)(?:localhost|svc|cluster\.local|metadata\.google\.internal|instance-data)$/
/** Addresses of metadata services that are public by their range: Azure. */
const METADATA: ReadonlySet<string> = new Set(['168.63.129.16'])
/**
 * Prefixes of IPv6 addresses of which the last 32 bits are one of IPv4: NAT64 (RFC 6052), and what IPv4-compatible
 * addresses had (RFC 4291, 2.5.5.1).
 */
const WITH_IPV4 = ['64:ff9b::/96', '::/96'].map((cidr) => ipaddr.parseCIDR(cidr))

/** What people call a range of ipaddr.js. */
const WORDS: Readonly<Record<string, string>> = {
  loopback: 'an address of this machine',
  unspecified: 'an address of this machine',
  linkLocal: 'a link-local address, as those of metadata services',
  private: 'a private address',
  uniqueLocal: 'a private address',
  carrierGradeNat: 'a private address',
}

/**
 * Public addresses, and the networks that the administrator allows. The API server's own address is allowed by its
 * very address alone, not by a network that it is in.
 * @param allowed CIDRs
 */
export function addressRule(
  allowed: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): AddressRule {
  const networks = allowed.map((cidr) => ipaddr.parseCIDR(cidr))
  const apiServer = parsed(environment.KUBERNETES_SERVICE_HOST ?? '')
  const refusal = (host: string, text: string): string | undefined => {
    const address = parsed(text)
    if (address === undefined) return 'not at an address that Reeve can read'
    const fitting = networks.filter((network) => isIn(address, network))
    if (apiServer?.toString() === address.toString())
      return fitting.some(([, bits]) => bits === address.toByteArray().length * 8)
        ? undefined
        : 'at the address of the API server'
    return fitting.length > 0 ? undefined : privateWords(host, address)
  }
  return {
    refusal,
    hostRefusal: (host) => {
      const bare = withoutBrackets(host)
      if (isIP(bare) !== 0) return refusal(bare, bare)
      return isInternalName(host) && networks.length === 0
        ? 'a name inside of a cluster or a cloud'
        : undefined
    },
  }
}

function privateWords(host: string, address: Address): string | undefined {
  if (METADATA.has(address.toString())) return 'at the address of a metadata service'
  const range = address.range()
  if (range !== 'unicast') return `at ${WORDS[range] ?? 'an address that is not public'}`
  return isInternalName(host) ? 'a name inside of a cluster or a cloud' : undefined
}

/** Whether a text is a network such as 10.0.0.0/8. */
export function isNetwork(text: string): boolean {
  return ipaddr.isValidCIDR(text)
}

function isInternalName(host: string): boolean {
  return INTERNAL_NAME.test(host.toLowerCase().replace(/\.$/, ''))
}

/** An address as what is connected to by it: IPv4 within IPv6 is IPv4. */
function parsed(text: string): Address | undefined {
  if (!ipaddr.isValid(text)) return undefined
  const address = ipaddr.process(text)
  // `::1` and `::` are addresses of their own.
  const isEmbedded = ['unicast', 'rfc6052'].includes(address.range())
  if (!isEmbedded || !WITH_IPV4.some((network) => isIn(address, network))) return address
  return ipaddr.fromByteArray(address.toByteArray().slice(-4))
}

function isIn(address: Address, [network, bits]: ReturnType<typeof ipaddr.parseCIDR>): boolean {
  return address.kind() === network.kind() && address.match(network, bits)
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}
