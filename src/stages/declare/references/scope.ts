import type { Declaration } from '../../../model/declaration.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import type { Defect } from '../defect.ts'
import { bareObject } from '../yaml/bare-object.ts'
import { Room } from './room.ts'
import { substitute } from './substitute.ts'

type Described = Pick<Declaration, 'name' | 'shortName' | 'id' | 'version' | 'groups' | 'labels'>

/**
 * Values of `${installation.…}`.
 *
 * @param namespace undefined where it is not known yet: a reference to it is then one to no value
 */
export function installationScope(
  { name, shortName = name.replaceAll('/', '-'), id, version, groups: [group], labels }: Described,
  namespace: string | undefined,
): JsonObject {
  return Object.assign(bareObject(), {
    name: shortName,
    path: name,
    id,
    ...(namespace !== undefined && { namespace }),
    labels: Object.assign(bareObject(), labels),
    ...(version !== undefined && { version }),
    ...(group !== undefined && { group }),
  })
}

/** Resolves references to the installation in values; any other reference in them is plain text. */
export function fillValues(
  values: JsonObject,
  installation: JsonObject,
  defects: Defect[],
  room = new Room(),
): JsonObject {
  return filled(values, '', { installation, defects, room }) as JsonObject
}

/** Resolves references to the installation in a setting that is a text. */
export function fillSetting(
  text: string,
  installation: JsonObject,
  pointer: string,
  defects: Defect[],
): string {
  const value = substitute(text, { installation }, pointer, defects)
  if (typeof value !== 'object' || value === null) return String(value)
  defects.push({ code: 'bad-reference', details: `${text} is no text`, pointer })
  return text
}

interface Filling {
  readonly installation: JsonObject
  readonly defects: Defect[]
  readonly room: Room
}

function filled(value: JsonValue, pointer: string, filling: Filling): JsonValue {
  if (typeof value === 'string')
    return value.includes('${installation.') ? fillText(value, pointer, filling) : value
  if (isJsonArray(value)) {
    const items = value.map((item, index) => filled(item, `${pointer}/${index}`, filling))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).map(
    ([key, item]) => [key, filled(item, `${pointer}/${key}`, filling)] as const,
  )
  const isSame = entries.every(([key, item]) => item === value[key])
  return isSame ? value : Object.assign(bareObject(), Object.fromEntries(entries))
}

const OTHER_REFERENCE = /\$\{(?!installation\.)/g

function fillText(text: string, pointer: string, { installation, defects, room }: Filling): JsonValue {
  const escaped = text.replaceAll(OTHER_REFERENCE, '$$${')
  return substitute(escaped, { installation }, pointer, defects, room)
}
