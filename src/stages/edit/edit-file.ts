import { isSopsDocument } from '../../adapters/sops/is-sops-document.ts'
import type { Origin } from '../../model/installation.ts'
import type { JsonValue } from '../../model/json.ts'
import { tokensOf } from '../../model/json-pointer.ts'
import { parseYaml } from '../declare/yaml/parse-yaml.ts'
import { splitDocuments } from '../declare/yaml/split-documents.ts'
import { canonicalJson } from '../plan/canonical-json.ts'
import { applyEdit, type Edit } from './edit.ts'
import { editedTexts } from './edited-texts.ts'

/**
 * Edits one field of a document in the text of its file: all other lines stay as they are, with their comments, line
 * ends and indents. The result is read again, and given only where it says what the edit asks for and nothing else.
 *
 * @param origin the document, and the object in it where it is a List
 * @param edit its path begins at the object
 * @returns the text as it is where it says that already; undefined where the text cannot be edited, as where an alias
 * stands for the field
 */
export function editFile(
  text: string,
  origin: Pick<Origin, 'file' | 'document' | 'pointer'>,
  edit: Edit,
): string | undefined {
  const { file, document, pointer } = origin
  const placed: Edit = { ...edit, path: [...tokensOf(pointer), ...edit.path] }
  const source = splitDocuments(text)[document]
  const values = valuesIn(text, file)
  const value = values?.[document]
  if (source === undefined || values === undefined || value === undefined) return undefined
  // SOPS would refuse the file, whose every text its MAC covers.
  if (values.some(isSopsDocument)) return undefined
  const wanted = textOf(values.with(document, applyEdit(value, placed)))
  if (wanted === textOf(values)) return text
  const before = text.slice(0, source.start)
  const after = text.slice(source.start + source.text.length)
  for (const edited of editedTexts(source.text, placed, isJson(file))) {
    const whole = before + edited + after
    const found = valuesIn(whole, file)
    if (found !== undefined && textOf(found) === wanted) return whole
  }
  return undefined
}

function isJson(file: string): boolean {
  return file.endsWith('.json')
}

/** Values of the documents; undefined where one of them cannot be read. */
export function valuesIn(text: string, file: string): readonly JsonValue[] | undefined {
  const documents = parseYaml(text, file)
  const values = documents.flatMap(({ value, faults }) =>
    value === undefined || faults.length > 0 ? [] : [value],
  )
  return values.length === documents.length ? values : undefined
}

function textOf(values: readonly JsonValue[]): string {
  return canonicalJson(values)
}
