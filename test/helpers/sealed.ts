import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../src/model/json.ts'
import { Leaf, type Sealable, seal } from '../adapters/sops/seal.ts'

/**
 * A document as SOPS encrypts it with `--encrypted-regex`, as JSON, which is YAML as well: values below
 * the keys that are named, or all values where none are.
 *
 * @param identity the age key, `AGE-SECRET-KEY-1…`
 */
export async function sealed(
  document: JsonObject,
  identity: string,
  ...encryptedKeys: readonly string[]
): Promise<string> {
  const isEncrypted = (key: string) => encryptedKeys.includes(key)
  const tree = sealable(document, encryptedKeys.length === 0, isEncrypted) as { [key: string]: Sealable }
  const metadata: JsonObject =
    encryptedKeys.length === 0 ? {} : { encrypted_regex: `^(${encryptedKeys.join('|')})$` }
  const { document: encrypted } = await seal(tree, () => metadata, identity)
  return `${JSON.stringify(encrypted, undefined, 2)}\n`
}

function sealable(value: JsonValue, isBelow: boolean, isEncrypted: (key: string) => boolean): Sealable {
  if (isJsonArray(value)) return value.map((item) => sealable(item, isBelow, isEncrypted))
  if (isJsonObject(value)) {
    const entries = Object.entries(value).map(([key, child]) => [
      key,
      sealable(child, isBelow || isEncrypted(key), isEncrypted),
    ])
    return Object.fromEntries(entries)
  }
  if (value === null) throw new Error('null cannot be encrypted')
  if (typeof value === 'bigint') throw new Error('a long integer cannot be written')
  if (!isBelow) return value
  if (typeof value === 'boolean') return new Leaf('bool', value ? 'True' : 'False')
  return typeof value === 'number' ? new Leaf('int', String(value)) : new Leaf('str', value)
}
