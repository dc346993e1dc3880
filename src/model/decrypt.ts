import type { JsonObject } from './json.ts'

/**
 * Decrypts all documents of a file that SOPS encrypted, in their order, in memory. Never throws for
 * what is wrong with the file or the keys.
 */
export type Decrypt = (documents: readonly JsonObject[]) => Promise<Decrypted>

/** The documents without `sops`, or why not, for people: names keys and recipients, never values. */
export type Decrypted =
  | {
      /** null for one that nobody can read as it is. */
      readonly values: readonly (JsonObject | null)[]
      /** All decrypted texts. */
      readonly secrets: readonly string[]
    }
  | { readonly problem: string }
