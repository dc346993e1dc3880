import { isJsonArray, isJsonObject, type JsonValue } from '../../../model/json.ts'

/** Begins a placeholder; doubled where a text contains it. */
const MARK = '\0'

/**
 * A value with placeholders for the names of an installation, in all texts and keys: `eu/acme`, `eu-acme`,
 * `acme`, and the namespace. Two values are alike then exactly if each is the other with the names replaced.
 */
export function anonymised(value: JsonValue, installation: string, namespace: string): JsonValue {
  const names = namesOf(installation, namespace)
  const longest = [...names.keys()].sort((a, b) => b.length - a.length).map(escaped)
  const pattern = new RegExp(`\0|(?<![A-Za-z0-9])(?:${longest.join('|')})(?![A-Za-z0-9])`, 'g')
  const replace = (text: string): string =>
    text.replace(pattern, (found) => (found === MARK ? MARK + MARK : `${MARK}${names.get(found)};`))
  return mapTexts(value, replace)
}

/** The forms of a name and their placeholders; the name itself comes first where forms are the same. */
function namesOf(installation: string, namespace: string): ReadonlyMap<string, string> {
  const last = installation.split('/').at(-1) ?? installation
  const forms: readonly (readonly [string, string])[] = [
    ['last', last],
    ['path', installation],
    ['joined', installation.replaceAll('/', '-')],
    ['namespace', namespace],
  ]
  const names = new Map<string, string>()
  for (const [placeholder, form] of forms) if (form !== '' && !names.has(form)) names.set(form, placeholder)
  return names
}

function mapTexts(value: JsonValue, replace: (text: string) => string): JsonValue {
  if (typeof value === 'string') return replace(value)
  if (isJsonArray(value)) return value.map((item) => mapTexts(item, replace))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [replace(key), mapTexts(child, replace)]),
  )
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
