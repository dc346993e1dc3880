import type { JsonObject } from './json.ts'

/**
 * Decrypts all documents of a file that SOPS encrypted, in order, in memory. Never throws for a faulty file
 * or key.
 */
export type Decrypt = (documents: readonly JsonObject[]) => Promise<Decrypted>

/** The documents without `sops`, or the problem, for people: it names keys and recipients, never values. */
export type Decrypted =
  | {
      /** null for a document whose apiVersion, kind or name stays encrypted. */
      readonly values: readonly (JsonObject | null)[]
      /** All decrypted texts. */
      readonly secrets: readonly string[]
    }
  | { readonly problem: string }
