import { isSopsDocument } from '../../adapters/sops/is-sops-document.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'
import { Secrets } from '../../model/secrets.ts'
import type { ParsedDocument } from './yaml/parse-yaml.ts'

/** A document with its values in plain. */
export interface OpenedDocument extends ParsedDocument {
  /** The same as it stands in Git: encrypted, with `sops`. */
  readonly sealed?: JsonObject
}

/** The documents of a file in plain, or, where they can't be had, why. */
export interface Opened {
  readonly documents: readonly OpenedDocument[]
  /** Absent where nothing was decrypted. */
  readonly secrets?: Secrets
  /** Then `documents` are those that were given. */
  readonly undecryptable?: Fault
}

/** The documents of a file in plain: as they are, unless SOPS encrypted them. Never throws. */
export function openDocuments(
  documents: readonly ParsedDocument[],
  file: string,
  decrypt: Decrypt,
): Opened | Promise<Opened> {
  const isSealed = documents.some(({ value }) => value !== undefined && isSopsDocument(value))
  return isSealed ? openSealed(documents, file, decrypt) : { documents }
}

async function openSealed(
  documents: readonly ParsedDocument[],
  file: string,
  decrypt: Decrypt,
): Promise<Opened> {
  // What can't be read all has another MAC. Its faults are told, and nothing of it counts.
  if (documents.some(({ faults }) => faults.length > 0))
    return { documents: documents.map((document) => ({ ...document, value: undefined })) }
  const mappings = documents.filter(isMapping)
  const decrypted = documents.every(isMappingOrEmpty)
    ? await decrypt(mappings.map(({ value }) => value))
    : { problem: 'a document of it is no mapping' }
  if ('problem' in decrypted) return { documents, undecryptable: undecryptable(documents, file, decrypted) }
  const { values } = decrypted
  const secrets = new Secrets(secretsIn(values, decrypted.secrets))
  return {
    documents: mappings.map((document, index) => open(document, values[index] ?? null)),
    ...(secrets.reveal().size > 0 && { secrets }),
  }
}

type Mapping = ParsedDocument & { readonly value: JsonObject }

function isMapping(document: ParsedDocument): document is Mapping {
  return isJsonObject(document.value)
}

function isMappingOrEmpty(document: ParsedDocument): boolean {
  return isMapping(document) || document.value === null || document.value === undefined
}

/** An empty document has only `sops`. */
function open(document: Mapping, value: JsonObject | null): OpenedDocument {
  const isEmpty = value !== null && Object.keys(value).length === 0
  return { ...document, value: isEmpty ? null : value, sealed: document.value }
}

function undecryptable(
  documents: readonly ParsedDocument[],
  file: string,
  { problem }: { readonly problem: string },
): Fault {
  const sealed = documents.find(({ value }) => value !== undefined && isSopsDocument(value))
  return fault('undecryptable', problem, { location: { file, line: sealed?.line ?? 1 } })
}

/** What an object is called is no secret, even where all of a file is encrypted; what a Secret's base64 says is. */
function secretsIn(values: readonly (JsonObject | null)[], decrypted: readonly string[]): readonly string[] {
  const names = new Set(values.flatMap((value) => (value === null ? [] : namesIn(value))))
  const decoded = values.flatMap((value) => (value === null ? [] : decodedIn(value)))
  return [...decrypted.filter((text) => !names.has(text)), ...decoded]
}

function namesIn({ apiVersion, kind, metadata, type }: JsonObject): readonly JsonValue[] {
  const { name, namespace, labels } = objectIn(metadata)
  const isSecretType = kind === 'Secret' && type !== undefined
  const all = [apiVersion, kind, name, namespace, ...(isSecretType ? [type] : [])]
  return [...all.filter((each) => each !== undefined), ...(isJsonObject(labels) ? Object.values(labels) : [])]
}

function decodedIn({ kind, data }: JsonObject): readonly string[] {
  if (kind !== 'Secret' || !isJsonObject(data)) return []
  const texts = Object.values(data).filter((text) => typeof text === 'string')
  return texts.map((text) => Buffer.from(text, 'base64').toString('utf8'))
}
