import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import type { Rules } from '../../model/rules.ts'
import { checkMetadata } from '../check-metadata.ts'
import { type Defect, quoted } from '../defect.ts'
import { installationSpecSchema } from './installation-schema.ts'
import { readRules, stringsIn } from './read-rules.ts'
import { ruleDefects } from './rule-defects.ts'
import { schemaDefects } from './schema-defects.ts'

/** What an `Installation` document in a directory says about the installation there. */
export interface InstallationDocument {
  /** metadata.name */
  readonly name: string
  /** Names of installations, in order; pointers to them are `/spec/dependsOn/<index>`. */
  readonly dependsOn: readonly string[]
  readonly rules: Rules
}

export type ReadDocument =
  | { readonly document: InstallationDocument }
  | { readonly defects: readonly Defect[] }

export const INSTALLATION_API_VERSION = 'reeve.dev/v1alpha1'

export function isInstallationDocument(value: JsonValue): value is JsonObject {
  return isJsonObject(value) && value.apiVersion === INSTALLATION_API_VERSION && value.kind === 'Installation'
}

/** Reads an `Installation` document, or finds all that is wrong with it. */
export function readInstallationDocument(value: JsonObject, pointer: string): ReadDocument {
  const { metadata } = value
  const spec = value.spec ?? {}
  const defects = [
    ...strangeFields(value, pointer),
    ...metadataDefects(metadata, pointer),
    ...schemaDefects(spec, installationSpecSchema, `${pointer}/spec`),
  ]
  if (defects.length > 0 || !isJsonObject(metadata) || !isJsonObject(spec)) return { defects }
  const rules = readRules(spec)
  const unreadable = ruleDefects(rules, `${pointer}/spec`)
  if (unreadable.length > 0) return { defects: unreadable }
  return { document: { name: String(metadata.name), dependsOn: stringsIn(spec.dependsOn), rules } }
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
  checkMetadata(metadata, at, defects)
  return defects
}

/** Why a document is not about the directory that it is in; undefined where it is. */
export function misplaced({ name }: InstallationDocument, directory: string, id: string): string | undefined {
  const last = directory.slice(directory.lastIndexOf('/') + 1)
  if (name === last || name === id) return undefined
  return `metadata.name is ${quoted(name)}, the directory is ${quoted(last)}`
}
