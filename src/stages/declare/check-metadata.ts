import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import { escapeToken } from '../../model/json-pointer.ts'
import {
  APPLIED_ANNOTATION,
  INSTALL_WAVE_ANNOTATION,
  INSTALLATION_LABEL,
  REPOSITORY_LABEL,
  WAVE_ANNOTATION,
} from '../../model/labels.ts'
import { quoted } from '../../model/quoted.ts'
import type { Defect } from './defect.ts'
import { isDnsLabel, isLabelValue, isQualifiedName } from './names.ts'

const reserved = {
  labels: new Set([INSTALLATION_LABEL, REPOSITORY_LABEL]),
  annotations: new Set([APPLIED_ANNOTATION]),
} satisfies Record<string, ReadonlySet<string>>

const waves: ReadonlySet<string> = new Set([WAVE_ANNOTATION, INSTALL_WAVE_ANNOTATION])

/** Adds the defects of a metadata whose name is already checked; `pointer` is that of the metadata. */
export function checkMetadata(metadata: JsonObject, pointer: string, defects: Defect[]): void {
  const { namespace, labels, annotations } = metadata
  if (!isAbsent(namespace) && !(typeof namespace === 'string' && isDnsLabel(namespace))) {
    const details = `metadata.namespace${typeof namespace === 'string' ? ` ${quoted(namespace)}` : ''}`
    defects.push({ code: 'invalid-name', details, pointer: `${pointer}/namespace` })
  }
  if (!isAbsent(labels)) checkMap('labels', labels, `${pointer}/labels`, defects)
  if (!isAbsent(annotations)) checkMap('annotations', annotations, `${pointer}/annotations`, defects)
}

/** Go, and so kubectl, does not distinguish null, an empty text and an absent field. */
export function isAbsent(value: JsonValue | undefined): value is null | undefined | '' {
  return value === undefined || value === null || value === ''
}

function checkMap(field: keyof typeof reserved, map: JsonValue, pointer: string, defects: Defect[]): void {
  if (!isJsonObject(map)) {
    defects.push({ code: 'invalid-metadata', details: `metadata.${field} is not a mapping`, pointer })
    return
  }
  for (const key of Object.keys(map)) {
    const wrong = reserved[field].has(key) ? '' : problemOf(field, key, map[key])
    if (wrong === undefined) continue
    const code = wrong === '' ? 'reserved-metadata' : 'invalid-metadata'
    const details = `metadata.${field} ${quoted(key)}${wrong && ` ${wrong}`}`
    defects.push({ code, details, pointer: `${pointer}/${escapeToken(key)}` })
  }
}

function problemOf(
  field: keyof typeof reserved,
  key: string,
  value: JsonValue | undefined,
): string | undefined {
  const name = field === 'annotations' ? key.toLowerCase() : key
  if (!isQualifiedName(name)) return 'is not a valid key'
  if (typeof value !== 'string') return 'is not a string'
  if (waves.has(key) && !isWave(value)) return 'is not a whole number between -9999 and 9999'
  return field === 'labels' && !isLabelValue(value) ? 'has an invalid label value' : undefined
}

function isWave(text: string): boolean {
  return /^-?\d{1,4}$/.test(text)
}
