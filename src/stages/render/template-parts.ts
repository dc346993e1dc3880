import type { Declaration, PlacedTemplate } from '../../model/declaration.ts'
import { type Fault, fault, type Location } from '../../model/fault.ts'
import { isJsonObject, type JsonObject, objectIn } from '../../model/json.ts'
import { escapeToken, tokensOf, valueAt } from '../../model/json-pointer.ts'
import type { Layer } from '../../model/values.ts'
import { mergeValues } from '../declare/fleet/merge-values.ts'
import type { Release, Rendering } from './renderer.ts'

/** A template of an installation, with the input for it. */
export interface TemplatePart {
  readonly rendering: Rendering
  readonly release: Release
  /** Its source is encrypted in Git. */
  readonly isSealed: boolean
  readonly faults: readonly Fault[]
}

/**
 * The templates of an installation. As in an umbrella chart of Helm, one with a name has the values below that, and
 * those below `global`; one without has all values.
 *
 * @param renderings those of the declaration's templates, in order
 * @param common with the values of the installation
 */
export function templateParts(
  declaration: Declaration,
  renderings: readonly Rendering[],
  common: Omit<Release, 'location' | 'placeOf'>,
): readonly TemplatePart[] {
  return declaration.templates.flatMap((template, index) => {
    const rendering = renderings[index]
    if (rendering === undefined) return []
    const { name, location } = template
    const placeOf = (pointer: string) => placeIn(pointer, template, declaration, rendering)
    const release = { ...common, values: valuesFor(name, common.values), location, placeOf }
    return [
      {
        rendering,
        release,
        isSealed: template.isSealed === true,
        faults: misplaced(name, common.values, placeOf),
      },
    ]
  })
}

/** The defaults of a template as values of its installation. */
export function defaultsOf({ name }: PlacedTemplate, rendering: Rendering): readonly Layer[] {
  const defaults = 'defaults' in rendering ? rendering.defaults : undefined
  if (defaults === undefined || name === undefined) return defaults ? [defaults] : []
  const prefix = `/${escapeToken(name)}`
  const placeOf = (pointer: string) =>
    defaults.placeOf(pointer.startsWith(prefix) ? pointer.slice(prefix.length) : '')
  return [{ ...defaults, values: { [name]: defaults.values }, placeOf }]
}

function valuesFor(name: string | undefined, values: JsonObject): JsonObject {
  if (name === undefined) return values
  const { global } = values
  return mergeValues(objectIn(values[name]), isJsonObject(global) ? { global } : {})
}

function misplaced(
  name: string | undefined,
  values: JsonObject,
  placeOf: (pointer: string) => Location,
): readonly Fault[] {
  const own = name === undefined ? undefined : values[name]
  if (own === undefined || own === null || isJsonObject(own)) return []
  return [fault('bad-value', `values.${name} is no mapping`, { location: placeOf('') })]
}

const GLOBAL = /^\/global(?:\/|$)/

/** The defaults of the template are overridden by all others. */
function placeIn(
  pointer: string,
  { name, location }: PlacedTemplate,
  { layers }: Declaration,
  rendering: Rendering,
): Location {
  const defaults = 'defaults' in rendering && rendering.defaults ? [rendering.defaults] : []
  const prefix = name === undefined ? '' : `/${escapeToken(name)}`
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const shared = GLOBAL.test(at) ? layerOf(at, layers) : undefined
    const layer = layerOf(`${prefix}${at}`, layers)
    if (shared) return shared.placeOf(at)
    if (layer) return layer.placeOf(`${prefix}${at}`)
    const own = layerOf(at, defaults)
    if (own) return own.placeOf(at)
  }
  const around = prefix === '' ? undefined : layerOf(prefix, layers)
  return around?.placeOf(prefix) ?? location
}

/** The layer that decides a value. */
export function layerOf(pointer: string, layers: readonly Layer[]): Layer | undefined {
  const words = tokensOf(pointer)
  return layers.findLast(({ values }) => valueAt(values, words) !== undefined)
}
