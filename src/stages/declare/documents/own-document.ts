import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { escapeToken } from '../../../model/json-pointer.ts'
import { OWN_GROUP } from '../../../model/labels.ts'
import type { Rules } from '../../../model/rules.ts'
import { SERVER_OWNED_METADATA } from '../../../model/server-owned.ts'
import { checkMetadata, isAbsent } from '../check-metadata.ts'
import type { Defect } from '../defect.ts'
import { isDnsSubdomain } from '../names.ts'
import type { DocumentSchema } from './document-schema.ts'
import { durationDefects } from './field-defects.ts'
import { type GroupDocument, readGroup } from './group-document.ts'
import { groupSpecSchema } from './group-schema.ts'
import { type InstallationDocument, readInstallation } from './installation-document.ts'
import { installationSpecSchema } from './installation-schema.ts'
import { rolloutDefects } from './rollout-defects.ts'
import { ruleDefects } from './rule-defects.ts'
import { schemaDefects } from './schema-defects.ts'

const OWN_API_VERSION = `${OWN_GROUP}/v1alpha1`

/** A document of Reeve's own. */
export type OwnDocument =
  | ({ readonly kind: 'Installation' } & InstallationDocument)
  | ({ readonly kind: 'InstallationGroup' } & GroupDocument)

export type OwnKind = OwnDocument['kind']

/** A document, or all its defects and its name, where it has one. */
export type ReadDocument =
  | { readonly document: OwnDocument }
  | { readonly defects: readonly Defect[]; readonly name: string | undefined }

const SCHEMAS: Readonly<Record<OwnKind, DocumentSchema>> = {
  Installation: installationSpecSchema,
  InstallationGroup: groupSpecSchema,
}

/** The kind of a document of Reeve's own; undefined for any other. */
export function ownKindOf(value: JsonValue): OwnKind | undefined {
  if (!isJsonObject(value) || value.apiVersion !== OWN_API_VERSION) return undefined
  return value.kind === 'Installation' || value.kind === 'InstallationGroup' ? value.kind : undefined
}

/** Reads a document, or finds all its defects. */
export function readOwnDocument(kind: OwnKind, value: JsonObject, pointer: string): ReadDocument {
  const { metadata } = value
  const spec = value.spec ?? {}
  const name = isJsonObject(metadata) && typeof metadata.name === 'string' ? metadata.name : undefined
  const defects = [
    ...strangeFields(value, pointer),
    ...metadataDefects(metadata, pointer),
    ...schemaDefects(spec, SCHEMAS[kind], `${pointer}/spec`),
  ]
  if (defects.length > 0 || name === undefined || !isJsonObject(metadata) || !isJsonObject(spec))
    return { defects, name }
  const document: OwnDocument =
    kind === 'Installation'
      ? { kind, ...readInstallation(metadata, spec) }
      : { kind, ...readGroup(name, spec) }
  const unreadable = [
    ...durationDefects(spec, ['keepOldFor'], `${pointer}/spec`),
    ...ruleDefects(document.rules satisfies Rules, `${pointer}/spec`),
    ...(kind === 'InstallationGroup' ? rolloutDefects(spec.rollout, name, `${pointer}/spec/rollout`) : []),
  ]
  return unreadable.length > 0 ? { defects: unreadable, name } : { document }
}

const FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status'])

function strangeFields(value: JsonObject, pointer: string): readonly Defect[] {
  const strange = Object.keys(value).filter((name) => !FIELDS.has(name))
  return strange.map((name) => ({ code: 'unknown-field', details: name, pointer: `${pointer}/${name}` }))
}

function metadataDefects(metadata: JsonValue | undefined, pointer: string): readonly Defect[] {
  const at = `${pointer}/metadata`
  if (!isJsonObject(metadata)) return [{ code: 'missing-field', details: 'metadata is missing', pointer: at }]
  const defects: Defect[] = []
  const { name } = metadata
  if (typeof name !== 'string' || name === '')
    defects.push({ code: 'missing-field', details: 'metadata.name is missing', pointer: `${at}/name` })
  else if (!isDnsSubdomain(name))
    defects.push({ code: 'invalid-name', details: 'metadata.name', pointer: `${at}/name` })
  checkMetadata(metadata, at, defects)
  return [...defects, ...strangeMetadata(metadata, at)]
}

/** Reeve writes the objects of documents as itself: they keep others from nothing, and depend on nothing. */
const METADATA: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'labels',
  'annotations',
  ...SERVER_OWNED_METADATA,
])

function strangeMetadata(metadata: JsonObject, at: string): readonly Defect[] {
  const strange = Object.keys(metadata).filter((name) => !METADATA.has(name) && !isEmpty(metadata[name]))
  return strange.map((name) => ({
    code: 'document-metadata',
    details: `metadata.${name}`,
    pointer: `${at}/${escapeToken(name)}`,
  }))
}

function isEmpty(value: JsonValue | undefined): boolean {
  return isAbsent(value) || (isJsonArray(value) && value.length === 0)
}
