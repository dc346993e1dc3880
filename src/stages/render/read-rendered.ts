import { parsedSize } from '../../model/count-marks.ts'
import { type Fault, fault, type Location } from '../../model/fault.ts'
import type { DeclaredObject } from '../../model/installation.ts'
import type { JsonValue } from '../../model/json.ts'
import { checkObject } from '../declare/check-object.ts'
import type { Defect } from '../declare/defect.ts'
import { unfoldList } from '../declare/unfold-list.ts'
import { parseYaml } from '../declare/yaml/parse-yaml.ts'

/** Objects that another program rendered; their origin is the file that they were rendered from. */
export interface ReadObjects {
  readonly objects: readonly DeclaredObject[]
  readonly faults: readonly Fault[]
  /** Keys that their mappings have already; each is among the faults, too. */
  readonly duplicates: readonly DuplicateKey[]
  /** About the memory that they take, in bytes. */
  readonly size: number
}

export interface DuplicateKey {
  readonly key: string
  /** The file that it was rendered from. */
  readonly file: string
  /** In the rendered text. */
  readonly line: number
}

/** Changes rendered values before they are read as objects. */
export interface Filling {
  readonly fill: (value: JsonValue, pointer: string, defects: Defect[]) => JsonValue
  /** The location of a defect, where it is known better than by the rendered output. */
  readonly placeOf: (defect: Defect) => Location | undefined
}

const AS_IS: Filling = { fill: (value) => value, placeOf: () => undefined }

/**
 * Reads rendered YAML.
 *
 * @param file the file that it was rendered from
 */
export function readRendered(text: string, file: string, filling: Filling = AS_IS): ReadObjects {
  const objects: DeclaredObject[] = []
  const faults: Fault[] = []
  const duplicates: DuplicateKey[] = []
  for (const { value, document, line, ...found } of parseYaml(text, file)) {
    faults.push(...found.faults.map(atTemplate))
    duplicates.push(...found.duplicates.map((duplicate) => ({ ...duplicate, file })))
    if (value === undefined || value === null) continue
    for (const { value: candidate, pointer } of unfoldList(value)) {
      const checked = checkFilled(candidate, pointer, filling)
      if ('object' in checked) objects.push({ ...checked, origin: { file, line: 1, document, pointer } })
      else
        for (const defect of checked.defects) {
          const location = filling.placeOf(defect) ?? { file, line: 1 }
          const details = `${defect.details}, at line ${line} of the rendered output`
          faults.push(fault(defect.code, details, { location }))
        }
    }
  }
  return { objects, faults, duplicates, size: parsedSize(text) }
}

function checkFilled(value: JsonValue, pointer: string, { fill }: Filling): ReturnType<typeof checkObject> {
  const defects: Defect[] = []
  const filled = fill(value, pointer, defects)
  return defects.length > 0 ? { defects } : checkObject(filled, pointer)
}

/**
 * Moves the line, which is in the rendered text, from the location to the message: users do not see that
 * text.
 */
function atTemplate({ location, ...found }: Fault): Fault {
  const place: Location | undefined = location && { ...location, line: 1 }
  const message = location
    ? `${found.message}, at line ${location.line} of the rendered output`
    : found.message
  return { ...found, message, ...(place && { location: place }) }
}
