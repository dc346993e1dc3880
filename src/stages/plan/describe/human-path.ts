import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { tokensOf, valueAt } from '../../../model/json-pointer.ts'

/** Fields that name an element among its siblings, the most descriptive first. */
export const NAMING = [
  'name',
  'mountPath',
  'devicePath',
  'containerPort',
  'port',
  'ip',
  'topologyKey',
  'key',
  'type',
]

const PLAIN = /^[A-Za-z_$][\w$-]*$/

/**
 * A readable path in an object: `spec.template.spec.containers[name=app].image`,
 * `metadata.labels["app.kubernetes.io/name"]`. `added` is the element that is inserted there.
 */
export function humanPath(root: JsonObject, tokens: readonly string[], added?: JsonValue): string {
  let text = ''
  tokens.forEach((token, depth) => {
    const parent = valueAt(root, tokens.slice(0, depth))
    const isLast = depth === tokens.length - 1
    if (isJsonArray(parent)) {
      const element = isLast && added !== undefined ? added : (parent[Number(token)] ?? null)
      text += `[${selector(element, token)}]`
    } else text += fieldName(token, text === '')
  })
  return text
}

/** A readable path of a pointer that names elements by their keys: `/spec/containers/[name=app]/image`. */
export function humanPointer(pointer: string): string {
  return tokensOf(pointer)
    .map((token, depth) => {
      if (/^\[.*=.*\]$/s.test(token)) return token
      return /^\d+$/.test(token) ? `[${token}]` : fieldName(token, depth === 0)
    })
    .join('')
}

function fieldName(name: string, isFirst: boolean): string {
  if (PLAIN.test(name)) return isFirst ? name : `.${name}`
  return `[${JSON.stringify(name)}]`
}

function selector(element: JsonValue, index: string): string {
  if (!isJsonObject(element))
    return typeof element === 'string' && index === '-' ? JSON.stringify(element) : index
  const name = NAMING.find((field) => ['string', 'number', 'bigint'].includes(typeof element[field]))
  return name === undefined ? index : `${name}=${String(element[name])}`
}
