import type { Declaration, SaidAccount } from '../../model/declaration.ts'
import { type Fault, fault, type Location } from '../../model/fault.ts'
import type { JsonObject } from '../../model/json.ts'
import { quoted } from '../../model/quoted.ts'
import { accountNamed, accountNamespace } from '../../model/service-account.ts'
import {
  type AccountRule,
  type AccountRules,
  INSTALLED_IN,
  matchesPattern,
  requiresAccount,
  SYSTEM_NAMESPACES,
} from '../../model/tenancy.ts'
import type { Defect } from '../declare/defect.ts'
import { fillSetting } from '../declare/references/scope.ts'

/** The service account of an installation, `namespace/name`; undefined where it acts as Reeve itself. */
export interface ActingAccount {
  readonly account?: string
  readonly faults: readonly Fault[]
}

/**
 * The service account that a declaration names, or that the configuration gives it, if the configuration
 * allows it. Where the configuration says of any namespace who is to act, an installation without an account is
 * refused: it would act as Reeve itself.
 *
 * @param installation values of `${installation.…}`, with its namespace
 */
export function serviceAccountOf(
  { serviceAccount: said, name, location }: Pick<Declaration, 'serviceAccount' | 'name' | 'location'>,
  installation: JsonObject,
  rules: AccountRules,
): ActingAccount {
  const namespace = String(installation.namespace)
  const { fallback, allowed } = ruleFor(namespace, rules)
  if (said) return namedAccount(said, installation, allowed)
  if (fallback !== undefined) return fallbackAccount(fallback, namespace, allowed, location)
  if (!requiresAccount(rules)) return { faults: [] }
  return { faults: [fault('no-service-account', name, { location })] }
}

function ruleFor(namespace: string, { perNamespace, ...general }: AccountRules): AccountRule {
  const own = perNamespace.find((rule) => matchesPattern(rule.namespace, namespace))
  return { ...general, ...own }
}

/** The list of those allowed is about what Git names: the fallback need not be in it, if it is not protected. */
function fallbackAccount(
  fallback: string,
  home: string,
  allowed: readonly string[] | undefined,
  location: Location | undefined,
): ActingAccount {
  const account = accountNamed(fallback, home) ?? fallback
  if (!isProtected(account) || isListed(account, allowed)) return { account, faults: [] }
  return { faults: [fault('service-account-not-allowed', account, { location })] }
}

function namedAccount(
  { text, location, namespace }: SaidAccount,
  installation: JsonObject,
  allowed: readonly string[] | undefined,
): ActingAccount {
  const defects: Defect[] = []
  const home = String(installation.namespace)
  const around = namespace === undefined ? home : fillSetting(namespace, installation, '', defects)
  const name = fillSetting(text, installation, '', defects)
  const account = accountNamed(name, around)
  if (defects.length > 0 || account === undefined) return badAccount(defects, name, location)
  if (isAllowed(account, home, allowed)) return { account, faults: [] }
  return { faults: [fault('service-account-not-allowed', account, { location })] }
}

function isAllowed(account: string, home: string, allowed: readonly string[] | undefined): boolean {
  if (isListed(account, allowed)) return true
  if (isProtected(account)) return false
  if (allowed === undefined) return true
  const patterns = allowed.map((pattern) => (pattern.includes('/') ? pattern : `${home}/${pattern}`))
  return patterns.some((pattern) => matchesPattern(pattern, account))
}

/** Accounts of the control plane and of Reeve itself: only where the configuration names them in full. */
function isProtected(account: string): boolean {
  const namespace = accountNamespace(account)
  return SYSTEM_NAMESPACES.has(namespace) || namespace === INSTALLED_IN
}

function isListed(account: string, allowed: readonly string[] | undefined): boolean {
  return allowed?.includes(account) === true
}

function badAccount(defects: readonly Defect[], name: string, location: Location): ActingAccount {
  const found = defects.map(({ code, details }) => fault(code, details, { location }))
  if (found.length > 0) return { faults: found }
  return { faults: [fault('invalid-name', `spec.serviceAccountName ${quoted(name)}`, { location })] }
}
