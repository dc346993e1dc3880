import type { SaidAccount } from '../../../model/declaration.ts'
import { type Fault, fault } from '../../../model/fault.ts'
import { quoted } from '../../../model/quoted.ts'
import type { PlacedGroup, PlacedInstallation } from './directory.ts'
import type { Group } from './groups.ts'

export interface AccountSaid {
  /** Undefined where no document names one. */
  readonly account?: SaidAccount
  readonly faults: readonly Fault[]
}

/**
 * The service account of an installation. What an outer group names holds for everything inside, so that no
 * member escapes it: another name inside is a fault.
 *
 * @param groups its own group, and those that name or select it although it says another or none
 */
export function saidAccount(groups: readonly Group[], document: PlacedInstallation | undefined): AccountSaid {
  const sayers = [...new Set(groups.flatMap(({ chain }) => chain)), ...(document ? [document] : [])]
  const said = sayers.flatMap((sayer) => accountIn(sayer) ?? [])
  const [account, ...others] = said
  if (account === undefined) return { faults: [] }
  const faults = others
    .filter((other) => other.text !== account.text || other.namespace !== account.namespace)
    .map(({ text, location }) =>
      fault('service-account-of-group', contradiction(text, account), { location }),
    )
  return { account, faults }
}

function accountIn({ document, place }: PlacedInstallation | PlacedGroup): SaidAccount | undefined {
  const { serviceAccountName: text, namespace } = document
  if (text === undefined) return undefined
  return { text, location: place('/spec/serviceAccountName'), ...(namespace !== undefined && { namespace }) }
}

function contradiction(text: string, { text: outer, location: { file, line } }: SaidAccount): string {
  return `${quoted(text)}, and ${quoted(outer)} at ${file}:${line}`
}
