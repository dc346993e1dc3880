import type { Fault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import { isJsonArray, isJsonObject } from '../../model/json.ts'
import { keyOf, type LiveObject, type ObjectKey } from '../../model/object.ts'
import { parseQuantity } from './normalise/quantity.ts'

/** Refusals by the API server or admission that another object may cause. */
const REFUSALS: ReadonlySet<FaultCode> = new Set(['rejected', 'policy-denied', 'quota-exceeded'])
/** How allocators and admission webhooks report that a value belongs to another object. */
const TAKEN =
  /\balready (?:allocated|in use|taken|exists?|defined|used|assigned|bound|claimed)\b|\bis (?:in use|taken)\b/i
/** ResourceQuota (apiserver, plugin/pkg/admission/resourcequota). */
const QUOTA = /exceeded quota: [^,]+, requested: (.*), used: .*, limited: (.*)$/s
/** Values that a message quotes, or names as invalid (apimachinery, field.Error). */
const QUOTED = /"([^"\n]+)"|'([^'\n]+)'|Invalid value: ([^\s:"'[\]]+)/g
/** Minimum length of a value that tells objects apart; a shorter one, such as the path `/`, is too common. */
const SHORTEST_TEXT = 3

export interface Refused {
  readonly key: ObjectKey
  readonly fault?: Fault | undefined
}

/**
 * Whether an object to be deleted causes the refusal of another one, because it holds the port, address, host
 * or quota that the other one needs. Then it has to be deleted first.
 */
export function causesRefusal(going: LiveObject, { key, fault }: Refused): boolean {
  if (fault === undefined || !REFUSALS.has(fault.code)) return false
  const { message } = fault
  const own = keyOf(going)
  const isOfOneKind = own.group === key.group && own.kind === key.kind
  if (QUOTA.test(message)) return isOfOneKind && own.namespace === key.namespace && fitsQuota(message)
  if (!TAKEN.test(message)) return false
  return namesObject(message, own) || (isOfOneKind && holdsValue(going, message, key.name))
}

/** Whether the request fits into the quota once other objects are deleted. */
function fitsQuota(message: string): boolean {
  const [, requested = '', limited = ''] = QUOTA.exec(message) ?? []
  const limits = amounts(limited)
  return [...amounts(requested)].every(([name, amount]) => amount <= (limits.get(name) ?? 0n))
}

/** Amounts by resource, from a text such as `pods=1,requests.storage=5Gi`. */
function amounts(text: string): ReadonlyMap<string, bigint> {
  const pairs = text.split(',').map((part) => part.split('='))
  return new Map(pairs.map(([name = '', amount = '']) => [name.trim(), parseQuantity(amount.trim()) ?? 0n]))
}

/** As in `host "a.example" is already defined in ingress shop/old`. */
function namesObject(message: string, { namespace, name }: ObjectKey): boolean {
  const full = namespace === '' ? name : `${namespace}/${name}`
  return message.split(/[\s"'`,;:()]+/).includes(full)
}

function holdsValue(going: LiveObject, message: string, refused: string): boolean {
  const quoted = [...message.matchAll(QUOTED)].map(([, a, b, c]) => a ?? b ?? c ?? '')
  const values = new Set(quoted.filter((value) => value !== refused && isTelling(value)))
  return values.size > 0 && holdsOneOf(going.spec, values)
}

function isTelling(value: string): boolean {
  return value.length >= SHORTEST_TEXT || /^\d+$/.test(value)
}

function holdsOneOf(value: unknown, wanted: ReadonlySet<string>): boolean {
  if (isJsonArray(value)) return value.some((item) => holdsOneOf(item, wanted))
  if (isJsonObject(value)) return Object.values(value).some((item) => holdsOneOf(item, wanted))
  return wanted.has(String(value))
}
