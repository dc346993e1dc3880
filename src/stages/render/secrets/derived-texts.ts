import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { commonPart } from './common-part.ts'
import type { Difference } from './differences.ts'
import { Path } from './path.ts'
import { decodedText } from './stand-in.ts'

/** Minimum length of a text that is looked for elsewhere, in characters. */
const SHORTEST = 4
/** Maximum length of one, in characters: messages quote no longer text as it is. */
const LONGEST = 1000
/** Minimum length where nothing tells what is secret in it. */
const SHORTEST_UNSURE = 8

/** A kind, or a value of an enumeration: `ClusterIP`. */
const WORD_OF_API = /^(?:[A-Z][a-z]+)+[A-Z]*$/

const COMMON = new Set(['true', 'false', 'null'])

/** The texts at a place where two renderings differ, and their differing parts. */
export function derivedTexts({ value, other = null, isClosed }: Difference): readonly string[] {
  if (isClosed) {
    const same = new Set(textsIn(other))
    return textsIn(value).filter((text) => !same.has(text) && isLooked(text))
  }
  const [text, twin] = [textOf(value), textOf(other)]
  const lines = text.split('\n')
  const twins = twin.split('\n')
  const parts =
    lines.length === twins.length
      ? lines.flatMap((line, index) => partsOf(line.trim(), twins[index]?.trim() ?? ''))
      : [text]
  return [...new Set([text, ...parts])].flatMap(withDecoded).filter(isLooked)
}

/**
 * The texts of an object that counts as secret as a whole, without words of the API, names of objects, and what each
 * rendering makes up anew.
 */
export function textsBelow(
  object: JsonObject,
  { names, varying }: { readonly names: ReadonlySet<string>; readonly varying: readonly string[] },
): readonly string[] {
  const texts: string[] = []
  const path = new Path()
  const add = (value: JsonValue) => {
    if (isJsonArray(value)) path.eachElement(value, add)
    else if (isJsonObject(value)) path.eachField(value, add)
    else if (isPlain(value) && !varying.includes(path.pointer())) texts.push(String(value))
  }
  add(object)
  return texts.filter((text) => text.length >= SHORTEST_UNSURE && !WORD_OF_API.test(text) && !names.has(text))
}

function partsOf(line: string, twin: string): readonly string[] {
  if (line === twin) return []
  const { start, end } = commonPart(line, twin)
  return [line, line.slice(start, line.length - end)]
}

function withDecoded(text: string): readonly string[] {
  const decoded = decodedText(text)
  return decoded === undefined ? [text] : [text, decoded]
}

function isLooked(text: string): boolean {
  return text.trim().length >= SHORTEST && text.length <= LONGEST && !COMMON.has(text)
}

/** With keys. */
function textsIn(value: JsonValue): readonly string[] {
  if (isJsonArray(value)) return value.flatMap(textsIn)
  if (isJsonObject(value)) return Object.entries(value).flatMap(([key, child]) => [key, ...textsIn(child)])
  return isPlain(value) ? [String(value)] : []
}

function isPlain(value: JsonValue): boolean {
  return value !== null && typeof value !== 'boolean'
}

function textOf(value: JsonValue): string {
  return value === null || typeof value === 'boolean' ? '' : String(value)
}
