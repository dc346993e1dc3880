import { createHash } from 'node:crypto'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import { type Decryption, decryptDocument } from './decrypt-document.ts'
import { decryptValue, parseEncrypted } from './encrypted-value.ts'
import { matchingKeys } from './matching-keys.ts'
import { readMetadata, type SopsMetadata } from './metadata.ts'
import { openDataKey } from './open-data-key.ts'
import type { SopsKeys } from './sops-keys.ts'
import { SopsProblem } from './sops-problem.ts'

/** Why a file cannot be decrypted, for people: names keys and recipients, never values. */
export interface Undecryptable {
  readonly problem: string
}

/**
 * Decrypts all documents of a file, as SOPS v3 does: the `sops` of the first counts, and its MAC covers the
 * values of all of them, in order. Returns the documents without `sops`, an empty mapping for an empty
 * document, and nothing of a file that was changed. `secrets` are all decrypted strings and longer numbers,
 * for redaction. Rejects only with unforeseen errors.
 */
export async function decryptSopsDocuments(
  documents: readonly JsonObject[],
  keys: SopsKeys,
): Promise<{ readonly values: readonly JsonObject[]; readonly secrets: readonly string[] } | Undecryptable> {
  try {
    return await decryptAll(documents, keys)
  } catch (error) {
    if (error instanceof SopsProblem) return { problem: error.message }
    throw error
  }
}

async function decryptAll(documents: readonly JsonObject[], keys: SopsKeys) {
  const metadata = readMetadata(documents[0]?.sops)
  const dataKey = await openDataKey(metadata, keys)
  const decryption: Decryption = {
    dataKey,
    rule: metadata.rule,
    matching: matchingKeys(metadata.rule, documents),
    macOnlyEncrypted: metadata.macOnlyEncrypted,
    mac: createHash('sha512').update(macStart(metadata)),
    secrets: new Set(),
  }
  const values = documents.map((document) => decryptDocument(decryption, document))
  checkMac(metadata, decryption, documents)
  return { values, secrets: [...decryption.secrets] }
}

/** SOPS v3: the SHA-256 of `sops`, so that the two kinds of MAC never coincide. */
function macStart({ macOnlyEncrypted }: SopsMetadata): Buffer {
  return macOnlyEncrypted ? createHash('sha256').update('sops').digest() : Buffer.alloc(0)
}

function checkMac(
  { mac, lastModified }: SopsMetadata,
  decryption: Decryption,
  documents: readonly JsonObject[],
): void {
  const encrypted = parseEncrypted(mac)
  const expected = encrypted && decryptValue(encrypted, decryption.dataKey, lastModified)
  if (expected?.toString('latin1') === decryption.mac.digest('hex').toUpperCase()) return
  const lost = expected && documents.some(losesOrder)
  throw new SopsProblem(
    lost
      ? 'keys that are whole numbers do not come first and in ascending order, or the file was changed after it was encrypted (MAC mismatch)'
      : 'changed after it was encrypted (MAC mismatch)',
  )
}

const wholeNumber = /^(?:0|[1-9]\d{0,9})$/

/** JavaScript moves whole-number keys to the front of an object. */
function losesOrder(value: JsonValue): boolean {
  if (isJsonArray(value)) return value.some(losesOrder)
  if (!isJsonObject(value)) return false
  const keys = Object.keys(value)
  return (keys.length > 1 && wholeNumber.test(keys[0] ?? '')) || Object.values(value).some(losesOrder)
}
