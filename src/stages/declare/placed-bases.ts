import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import { type RemoteBase, readRemoteBase } from './remote-base.ts'

/** A remote base in the text of a kustomization. */
export interface PlacedBase {
  readonly base: RemoteBase
  readonly line: number
  /** Offset and length of the reference in the text; undefined where an alias or an escape writes it. */
  readonly range?: { readonly start: number; readonly end: number }
}

/** Fields whose paths may lead to other repositories. */
const FIELDS: ReadonlySet<string> = new Set(['resources', 'bases', 'components'])
/** Those with directories, as Kustomize reads them: whatever their case. */
const DIRECTORIES: ReadonlySet<string> = new Set(
  [...FIELDS, 'generators', 'transformers', 'validators'].map((field) => field.toUpperCase()),
)

/** The remote bases of a kustomization. */
export function placedBases(
  text: string,
  kustomization: JsonObject,
  lineOf: (pointer: string) => number,
): readonly PlacedBase[] {
  let from = 0
  return Object.entries(kustomization)
    .filter(([field]) => FIELDS.has(field))
    .flatMap(([field, value]) =>
      (isJsonArray(value) ? value : [value]).flatMap((item, index): readonly PlacedBase[] => {
        const base = typeof item === 'string' ? readRemoteBase(item) : undefined
        if (base === undefined) return []
        const line = lineOf(isJsonArray(value) ? `/${field}/${index}` : `/${field}`)
        const start = find(String(item), text, Math.max(from, startOfLine(text, line)))
        if (start < 0) return [{ base, line }]
        from = start + String(item).length
        return [{ base, line, range: { start, end: from } }]
      }),
    )
}

/** Line of a directory that is outside of the root; undefined where there is none. */
export function strayLine(
  kustomization: JsonObject,
  directory: string,
  lineOf: (pointer: string) => number,
): number | undefined {
  const stray = Object.entries(kustomization).find(
    ([field, value]) =>
      DIRECTORIES.has(field.toUpperCase()) && textsIn(value).some((path) => leadsOut(path, directory)),
  )
  return stray && lineOf(`/${stray[0]}`)
}

/** The text as a whole, not as the beginning of another one. */
function find(reference: string, text: string, from: number): number {
  for (let at = text.indexOf(reference, from); at >= 0; at = text.indexOf(reference, at + 1)) {
    if (/^(?:[\s"',\]}]|$)/.test(text.slice(at + reference.length, at + reference.length + 1))) return at
  }
  return -1
}

function startOfLine(text: string, line: number): number {
  let start = 0
  for (let passed = 1; passed < line; passed += 1) start = text.indexOf('\n', start) + 1
  return start
}

function leadsOut(path: string, directory: string): boolean {
  let depth = directory === '' ? 0 : directory.split('/').length
  return path.split('/').some((word) => {
    if (word === '..') depth -= 1
    else if (word !== '.' && word !== '') depth += 1
    return depth < 0
  })
}

function textsIn(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [value]
  return isJsonArray(value) || isJsonObject(value) ? Object.values(value).flatMap(textsIn) : []
}
