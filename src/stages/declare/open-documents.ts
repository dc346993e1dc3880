import { isSopsDocument } from '../../adapters/sops/is-sops-document.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'
import { Secrets } from '../../model/secrets.ts'
import type { ParsedDocument } from './yaml/parse-yaml.ts'

/** A decrypted document. */
export interface OpenedDocument extends ParsedDocument {
  /** The document as it is in Git: encrypted, with `sops`. */
  readonly sealed?: JsonObject
}

/** The decrypted documents of a file, or the fault that prevents that. */
export interface Opened {
  readonly documents: readonly OpenedDocument[]
  /** Absent where nothing was decrypted. */
  readonly secrets?: Secrets
  /** Where set, `documents` are the given ones. */
  readonly undecryptable?: Fault
}

/** Decrypts the documents of a file that SOPS encrypted, and returns others as they are. Never throws. */
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
  // A partly read file has another MAC. Report its faults and ignore its contents.
  if (documents.some(({ faults }) => faults.length > 0))
    return { documents: documents.map((document) => ({ ...document, value: undefined })) }
  const mappings = documents.filter(isMapping)
  const decrypted = documents.every(isMappingOrEmpty)
    ? await decrypt(mappings.map(({ value }) => value))
    : { problem: 'one of its documents is not a mapping' }
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

/** The name of an object is no secret, even in a fully encrypted file; the decoded base64 of a Secret is. */
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
