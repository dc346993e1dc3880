import type { Decrypt } from '../../model/decrypt.ts'
import { type Fault, fault, type Location } from '../../model/fault.ts'
import { isJsonObject, type JsonObject } from '../../model/json.ts'
import type { Secrets } from '../../model/secrets.ts'
import { openDocuments } from './open-documents.ts'
import { nameOf } from './tree-path.ts'
import { locator } from './yaml/line-of.ts'
import type { ParsedDocument } from './yaml/parse-yaml.ts'

/** The values in a file. */
export interface ReadValues {
  /** Decrypted. */
  readonly values: JsonObject
  /** Location of a value by JSON pointer below the values (RFC 6901). */
  readonly placeOf: (pointer: string) => Location
  /** Texts decrypted from the file. */
  readonly secrets?: Secrets
}

/** The values in the first document of a file, or what keeps it from having any. */
export async function readValues(
  documents: readonly ParsedDocument[],
  text: string,
  file: string,
  decrypt: Decrypt,
): Promise<ReadValues | { readonly faults: readonly Fault[] }> {
  const opened = await openDocuments(documents, file, decrypt)
  if (opened.undecryptable) return { faults: [opened.undecryptable] }
  const { secrets } = opened
  const [first] = opened.documents
  if (first && first.faults.length > 0) return { faults: first.faults }
  const values = first?.value ?? {}
  if (!isJsonObject(values)) {
    const location = { file, line: first?.line ?? 1 }
    return { faults: [fault('bad-values-file', `${nameOf(file)} is no mapping`, { location })] }
  }
  const locate = locator(text)
  const document = first?.document ?? 0
  return {
    values,
    placeOf: (pointer) => ({ file, line: locate(document, pointer) ?? 1 }),
    ...(secrets && { secrets }),
  }
}
