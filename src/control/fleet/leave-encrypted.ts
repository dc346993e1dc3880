import type { Decrypt } from '../../model/decrypt.ts'
import { isJsonObject, type JsonObject } from '../../model/json.ts'
import type { KeySettings } from '../../model/settings.ts'
import { holdsEncrypted } from '../../stages/declare/documents/sealed-object.ts'
import { Keyring } from './keyring.ts'

/** How commands that apply nothing read encrypted files, and whether any stayed encrypted. */
export interface Reading {
  readonly decrypt: Decrypt
  readonly hasLeft: () => boolean
}

/** Decrypts if there are keys, else leaves the values of files as they are. */
export function readingWith(keys: KeySettings): Reading {
  if (Object.keys(keys).length > 0) return { decrypt: new Keyring(keys).decrypt, hasLeft: () => false }
  let hasLeft = false
  return {
    decrypt: async (documents) => {
      hasLeft = true
      return { values: documents.map(left), secrets: [] }
    },
    hasLeft: () => hasLeft,
  }
}

/** Null if the object's own identity is encrypted: nothing more can be said of it. */
function left({ sops: _, ...document }: JsonObject): JsonObject | null {
  const { apiVersion, kind, metadata } = document
  const name = isJsonObject(metadata) ? metadata.name : undefined
  return [apiVersion, kind, name].some((each) => each !== undefined && holdsEncrypted(each)) ? null : document
}
