import { type Fault, fault } from '../../model/fault.ts'
import type { AllGiven, Given } from './given.ts'
import type { OptionName } from './table.ts'

/** Mutually exclusive options: when to poll, and which secret to authenticate, decrypt and verify with. */
export const ALTERNATIVES: readonly (readonly OptionName[])[] = [
  ['interval', 'schedule'],
  ['git-token-file', 'git-token', 'git-password-file', 'git-password'],
  ['age-key-file', 'age-key'],
  ['openpgp-key-file', 'openpgp-key'],
  ['forge-token-file', 'forge-token', 'forge-app-id'],
  ['webhook-secret-file', 'webhook-secret'],
]

/** Keeps the alternative that takes precedence; two of the same rank are a fault. */
export function settleAlternatives(all: AllGiven): AllGiven {
  const kept = new Map(all.given)
  const found = ALTERNATIVES.flatMap((names) => settle(names, kept))
  return { ...all, given: kept, faults: [...all.faults, ...found] }
}

function settle(names: readonly OptionName[], given: Map<OptionName, Given>): readonly Fault[] {
  const present = names.flatMap((name) => given.get(name) ?? [])
  const best = Math.min(...present.map(({ rank }) => rank))
  for (const { name } of present.filter(({ rank }) => rank > best)) given.delete(name)
  const [first, ...others] = present.filter(({ rank }) => rank === best)
  if (!first || others.length === 0) return []
  const labels = [first, ...others].map(({ label }) => label).join(' and ')
  const code = first.location ? 'bad-config' : 'bad-option'
  return [fault(code, `${labels} are mutually exclusive: give only one`, { location: others[0]?.location })]
}
