import type { DeclaredObject } from '../../model/installation.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import { OWN_API_VERSION } from '../../model/labels.ts'
import { gvkOf, type KubernetesObject } from '../../model/object.ts'
import { quoted } from '../../model/quoted.ts'
import { checkMetadata, isAbsent } from './check-metadata.ts'
import { isObjectName } from './check-name.ts'
import { foreignCode, isApiVersion, isKind } from './check-type.ts'
import { declaredFields, exportedFields } from './declared-fields.ts'
import type { Defect } from './defect.ts'
import { operationDefects } from './documents/operation-defects.ts'
import { findPatch } from './find-patch.ts'
import { mayLackName } from './hook-of-tools.ts'

/** A declared object, or all defects of an invalid one. */
export type Checked = Pick<DeclaredObject, 'object' | 'exported'> | { readonly defects: readonly Defect[] }

/**
 * Checks an object as far as possible without a cluster: apiVersion, kind and name are present, Kubernetes
 * accepts names, labels and annotations, and no metadata of Reeve's own is declared. `pointer` is the
 * object's in its document. See `declaredFields` for the omitted fields.
 */
export function checkObject(value: JsonValue, pointer: string): Checked {
  const patch = findPatch(value, pointer)
  if (patch) return { defects: [patch] }
  if (!isJsonObject(value)) {
    return { defects: [{ code: 'not-an-object', details: 'expected a mapping', pointer }] }
  }
  const defects: Defect[] = []
  checkType(value, pointer, defects)
  const foreign = defects.length === 0 ? foreignCode(gvkOf(value as KubernetesObject)) : undefined
  if (foreign) {
    const details = `${value.kind} of ${value.apiVersion}`
    return { defects: [{ code: foreign, details, pointer: `${pointer}/kind` }] }
  }
  const { metadata } = value
  if (!isJsonObject(metadata)) defects.push(missing('metadata', metadata, pointer))
  else checkNameAndMetadata(value, metadata, pointer, defects)
  if (value.apiVersion === OWN_API_VERSION && value.kind === 'Operation')
    defects.push(...operationDefects(value.spec, `${pointer}/spec`))
  if (defects.length > 0 || !isJsonObject(metadata)) return { defects }
  const named = isAbsent(metadata.name) ? { ...metadata, name: metadata.generateName ?? '' } : metadata
  const declared = named === metadata ? value : { ...value, metadata: named }
  const exported = exportedFields(value, metadata)
  return { object: declaredFields(declared, named) as KubernetesObject, ...(exported && { exported }) }
}

function checkType(value: JsonObject, pointer: string, defects: Defect[]): void {
  const rules = [
    ['apiVersion', isApiVersion],
    ['kind', isKind],
  ] as const
  for (const [field, isValid] of rules) {
    const text = value[field]
    if (typeof text !== 'string' || text === '') defects.push(missing(field, text, pointer))
    else if (!isValid(text)) {
      const details = `${field} ${quoted(text)}`
      defects.push({ code: 'invalid-name', details, pointer: `${pointer}/${field}` })
    }
  }
}

function checkNameAndMetadata(
  value: JsonObject,
  metadata: JsonObject,
  pointer: string,
  defects: Defect[],
): void {
  const { apiVersion, kind } = value
  const { name, generateName } = metadata
  const at = `${pointer}/metadata`
  const type = { apiVersion: textOf(apiVersion), kind: textOf(kind) }
  if (isNamelessHook(type, metadata)) {
    // It is left out, so that nothing has to find it again.
  } else if (isAbsent(name) && !isAbsent(generateName)) {
    defects.push({ code: 'generate-name', details: '', pointer: `${at}/generateName` })
  } else if (typeof name !== 'string' || name === '') {
    defects.push(missing('metadata.name', name, at, 'name'))
  } else if (!isObjectName(name, gvkOf(type))) {
    defects.push({ code: 'invalid-name', details: `metadata.name ${quoted(name)}`, pointer: `${at}/name` })
  }
  checkMetadata(metadata, at, defects)
}

/** Whether an object with generateName alone is a hook that is left out. */
function isNamelessHook(type: Pick<KubernetesObject, 'apiVersion' | 'kind'>, metadata: JsonObject): boolean {
  const { name, generateName, annotations } = metadata
  if (!isAbsent(name) || typeof generateName !== 'string' || generateName === '') return false
  const texts = Object.entries(isJsonObject(annotations) ? annotations : {}).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  )
  return mayLackName({ ...type, metadata: { name: generateName, annotations: Object.fromEntries(texts) } })
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** A missing field is reported at its place: at the mapping around it. */
function missing(field: string, value: JsonValue | undefined, pointer: string, key = field): Defect {
  const what = value === undefined || value === null || value === '' ? 'is missing' : wrongType(field)
  return { code: 'missing-field', details: `${field} ${what}`, pointer: `${pointer}/${key}` }
}

function wrongType(field: string): string {
  return field === 'metadata' ? 'is not a mapping' : 'is not a string'
}
