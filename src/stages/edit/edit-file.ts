import { isSopsDocument } from '../../adapters/sops/is-sops-document.ts'
import type { Origin } from '../../model/installation.ts'
import type { JsonValue } from '../../model/json.ts'
import { tokensOf } from '../../model/json-pointer.ts'
import { parseYaml } from '../declare/yaml/parse-yaml.ts'
import { splitDocuments } from '../declare/yaml/split-documents.ts'
import { canonicalJson } from '../plan/canonical-json.ts'
import { applyEdit, type Edit } from './edit.ts'
import { editedTexts } from './edited-texts.ts'
import { LONGEST } from './nodes.ts'

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
  { file, document, pointer }: Pick<Origin, 'file' | 'document' | 'pointer'>,
  edit: Edit,
): string | undefined {
  const placed: Edit = { ...edit, path: [...tokensOf(pointer), ...edit.path] }
  const sources = splitDocuments(text)
  const source = sources[document]
  const value = source && valueIn(source.text, file)
  if (source === undefined || value === undefined) return undefined
  // SOPS would refuse a file that it encrypted, whose every text its MAC covers.
  if (source.text.length > LONGEST || isSopsDocument(value)) return undefined
  const wanted = canonicalJson(applyEdit(value, placed))
  if (wanted === canonicalJson(value)) return text
  const before = text.slice(0, source.start)
  const after = text.slice(source.start + source.text.length)
  for (const edited of editedTexts(source.text, placed, file.endsWith('.json'))) {
    const whole = before + edited + after
    const found = splitDocuments(whole)
    const isWhole =
      found.length === sources.length &&
      found.every((each, index) => index === document || each.text === sources[index]?.text)
    const now = isWhole ? valueIn(found[document]?.text ?? '', file) : undefined
    if (now !== undefined && canonicalJson(now) === wanted) return whole
  }
  return undefined
}

/** The value of the text of one document; undefined where it cannot be read. */
export function valueIn(text: string, file: string): JsonValue | undefined {
  const [parsed, ...others] = parseYaml(text, file)
  return parsed?.faults.length === 0 && others.length === 0 ? parsed.value : undefined
}
