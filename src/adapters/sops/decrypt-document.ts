import type { Hash, KeyObject } from 'node:crypto'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import { decryptValue, parseEncrypted } from './encrypted-value.ts'
import type { EncryptionRule } from './encryption-rule.ts'
import { presentable, SopsProblem } from './sops-problem.ts'
import { type Leaf, macText, readTyped, type TypedValue } from './typed-value.ts'

/** A file under decryption: its documents share key, rule and MAC. */
export interface Decryption {
  readonly dataKey: KeyObject
  readonly rule: EncryptionRule
  /** The keys that match the rule. */
  readonly matching: ReadonlySet<string>
  readonly macOnlyEncrypted: boolean
  /** Hash of the values in the order of the file. */
  readonly mac: Hash
  /** All decrypted strings so far, and numbers of at least four characters. */
  readonly secrets: Set<string>
}

/** The position of a value. */
interface Place {
  /** Its keys, each followed by a colon: the additional data. List elements have the path of their list. */
  readonly path: string
  /** Whether one of its keys matches the rule. */
  readonly matched: boolean
}

/** The document without `sops`, with all values decrypted. @throws SopsProblem */
export function decryptDocument(decryption: Decryption, document: JsonObject): JsonObject {
  const keys = Object.keys(document).filter((key) => key !== 'sops')
  return decryptKeys(decryption, document, keys, { path: '', matched: false })
}

/** Undefined for a comment, which SOPS keeps among a list's elements. */
function decryptNode(decryption: Decryption, value: JsonValue, place: Place): JsonValue | undefined {
  if (isJsonArray(value)) return decryptList(decryption, value, place)
  if (isJsonObject(value)) return decryptKeys(decryption, value, Object.keys(value), place)
  if (value === null) return null
  return isEncrypted(decryption, value, place)
    ? decryptLeaf(decryption, value, place)
    : keepLeaf(decryption, value)
}

function decryptList(decryption: Decryption, list: readonly JsonValue[], place: Place): JsonValue {
  return list.map((item) => decryptNode(decryption, item, place)).filter((item) => item !== undefined)
}

function decryptKeys(
  decryption: Decryption,
  object: JsonObject,
  keys: readonly string[],
  { path, matched }: Place,
): JsonObject {
  const decrypted: Record<string, JsonValue> = Object.setPrototypeOf({}, null)
  for (const key of keys) {
    const place = { path: `${path}${key}:`, matched: matched || decryption.matching.has(key) }
    const value = decryptNode(decryption, object[key] ?? null, place)
    if (value === undefined) throw problemAt(place, 'is a comment in place of a value')
    decrypted[key] = value
  }
  return decrypted
}

/**
 * Comments are no longer known here. Under a rule about comments, a value that looks encrypted counts as
 * encrypted: if it is not, decrypting it fails.
 */
function isEncrypted({ rule }: Decryption, value: Leaf, { matched }: Place): boolean {
  if (rule.name.endsWith('comment_regex'))
    return typeof value === 'string' && value.startsWith('ENC[AES256_GCM,')
  return rule.name.startsWith('unencrypted') ? !matched : matched
}

function keepLeaf({ macOnlyEncrypted, mac }: Decryption, value: Leaf): JsonValue {
  if (!macOnlyEncrypted) mac.update(macText(value))
  return value
}

/** SOPS never encrypts an empty string. */
function decryptLeaf(
  { dataKey, mac, secrets }: Decryption,
  value: Leaf,
  place: Place,
): JsonValue | undefined {
  if (value === '') return value
  const encrypted = typeof value === 'string' ? parseEncrypted(value) : undefined
  if (!encrypted) throw problemAt(place, 'is not encrypted, contrary to the rule in the sops metadata')
  const bytes = decryptValue(encrypted, dataKey, place.path)
  if (!bytes) throw problemAt(place, 'was changed or moved after it was encrypted')
  if (encrypted.type === 'comment') return undefined
  const typed = readTypedAt(place, encrypted.type, bytes)
  mac.update(typed.text)
  if (isSecret(typed.value)) secrets.add(String(typed.value))
  return typed.value
}

/** Short numbers are too common to redact. */
function isSecret(value: Leaf): boolean {
  if (typeof value === 'boolean' || value === '') return false
  return typeof value === 'string' || String(value).length >= 4
}

function readTypedAt(place: Place, type: string, bytes: Buffer): TypedValue {
  const read = readTyped(type, bytes)
  if ('problem' in read) throw problemAt(place, read.problem)
  return read
}

const longestPath = 200

function problemAt({ path }: Place, problem: string): SopsProblem {
  const dotted = path.slice(0, -1).replaceAll(':', '.')
  return new SopsProblem(`${presentable(dotted, longestPath)} ${problem}`)
}
