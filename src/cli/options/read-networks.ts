import { quoted } from '../../model/quoted.ts'
import { isNetwork } from '../../support/exchange/address-rule.ts'
import type { Parsed } from './option.ts'

/** Reads networks in the notation of CIDR, separated by commas. */
export function readNetworks(text: string): Parsed<readonly string[]> {
  const networks = text.split(',').map((network) => network.trim())
  const wrong = networks.find((network) => !isNetwork(network))
  if (wrong === undefined) return { value: networks }
  return { problem: `has ${quoted(wrong)}, which is not a network such as 10.0.0.0/8 or fd00::/8` }
}
