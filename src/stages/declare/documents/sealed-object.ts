import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import { tokensOf, valueAt } from '../../../model/json-pointer.ts'
import { bareObject } from '../yaml/bare-object.ts'

/**
 * A document of Reeve's own as an object that anyone may read: encrypted texts stay encrypted in its values,
 * and are omitted elsewhere, where they would be invalid. Its name is in plain text.
 *
 * @param value decrypted
 * @param sealed the YAML document as it is in Git
 * @param pointer of the value in it: '' or, in a List, '/items/3'
 */
export function sealedObject(value: JsonObject, sealed: JsonObject, pointer: string): JsonObject {
  const same = objectIn(valueAt(sealed, tokensOf(pointer)))
  const { labels, annotations } = objectIn(same.metadata)
  const metadata = bare({
    ...objectIn(value.metadata),
    labels: isJsonObject(labels) ? readable(labels) : undefined,
    annotations: isJsonObject(annotations) ? readable(annotations) : undefined,
  })
  const spec = isJsonObject(same.spec) ? readableSpec(same.spec) : undefined
  return bare({ apiVersion: value.apiVersion, kind: value.kind, metadata, spec })
}

function readableSpec({ values, enforced, ...rest }: JsonObject): JsonObject {
  return bare({
    ...readable(rest),
    values,
    enforced: isJsonObject(enforced) ? readableEnforced(enforced) : undefined,
  })
}

function readableEnforced({ values, ...rest }: JsonObject): JsonObject {
  return bare({ ...readable(rest), values })
}

/** The fields without those that hold encrypted texts. */
function readable(fields: JsonObject): JsonObject {
  const entries = Object.entries(fields).filter(([, value]) => !holdsEncrypted(value))
  return bare(Object.fromEntries(entries))
}

/**
 * Whether what is at a JSON pointer of a sealed value holds encrypted texts; in a list, whether any of its elements
 * does: comments that SOPS keeps in there are no elements of the decrypted one.
 */
export function isSealedAt(sealed: JsonValue | undefined, pointer: string): boolean {
  let value = sealed
  for (const token of tokensOf(pointer)) {
    if (!isJsonObject(value)) break
    value = value[token]
  }
  return value !== undefined && holdsEncrypted(value)
}

/** Whether a value holds a text that SOPS encrypted. */
export function holdsEncrypted(value: JsonValue): boolean {
  if (typeof value === 'string') return value.startsWith('ENC[AES256_GCM,')
  if (isJsonArray(value)) return value.some(holdsEncrypted)
  return isJsonObject(value) && Object.values(value).some(holdsEncrypted)
}

function bare(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.assign(bareObject(), Object.fromEntries(known)) as JsonObject
}
