import { didYouMean } from '../../model/did-you-mean.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { environmentName } from './option.ts'
import { OPTION_NAMES } from './table.ts'

const PREFIX = environmentName('')
/** Variables by which Kubernetes tells Pods of a Service named `reeve-…` (core/v1 EnvServiceLinks). */
const OF_A_SERVICE = /_(?:SERVICE_HOST|SERVICE_PORT|PORT)(?:_|$)/

/**
 * Variables that are likely typos of an option's, such as REEVE_CLUSTER_NAME. Any other unknown one belongs to
 * something else. Their values are never repeated: they may be secrets.
 */
export function mistypedVariables(
  environment: Readonly<Record<string, string | undefined>>,
): readonly Fault[] {
  const known = ['CONFIG', ...OPTION_NAMES.map((name) => environmentName(name).slice(PREFIX.length))]
  const isKnown = new Set(known)
  return Object.keys(environment).flatMap((variable) => {
    const name = variable.slice(PREFIX.length)
    if (!variable.startsWith(PREFIX) || isKnown.has(name) || OF_A_SERVICE.test(variable)) return []
    const longer = known.find((each) => name.startsWith(`${each}_`))
    const meant = didYouMean(name, known, PREFIX) || (longer ? `; did you mean ${PREFIX}${longer}?` : '')
    return meant === ''
      ? []
      : [fault('bad-option', `the environment variable ${variable} is unknown${meant}`)]
  })
}
