import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'

const marks = ['mac', 'age', 'pgp', 'kms', 'gcp_kms', 'hckms', 'azure_kv', 'hc_vault', 'key_groups'] as const

/**
 * Whether a parsed document is encrypted by SOPS: its `sops` is a mapping with a MAC or recipients. Either is
 * enough, so that a document that lost one of them never passes for plain.
 */
export function isSopsDocument(value: JsonValue): value is JsonObject {
  if (!isJsonObject(value) || !Object.hasOwn(value, 'sops')) return false
  const { sops } = value
  return isJsonObject(sops) && marks.some((mark) => Object.hasOwn(sops, mark) && sops[mark] !== null)
}
