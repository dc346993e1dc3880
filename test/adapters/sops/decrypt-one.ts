import { decryptSopsDocuments } from '../../../src/adapters/sops/decrypt-sops.ts'
import type { SopsKeys } from '../../../src/adapters/sops/sops-keys.ts'
import type { JsonObject } from '../../../src/model/json.ts'

/** Decrypts a file of one document. */
export async function decryptOne(document: JsonObject, keys: SopsKeys) {
  const decrypted = await decryptSopsDocuments([document], keys)
  if ('problem' in decrypted) return decrypted
  const [value = {}] = decrypted.values
  return { value, secrets: decrypted.secrets }
}
