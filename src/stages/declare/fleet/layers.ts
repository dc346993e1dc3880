import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type JsonObject } from '../../../model/json.ts'
import { pointerOf, valueAt } from '../../../model/json-pointer.ts'
import type { Layer, Overridden } from '../../../model/values.ts'
import type { PlacedGroup, PlacedInstallation } from './directory.ts'
import type { SaidFile } from './named-files.ts'

/**
 * The settings of groups and an installation, the winning one last: the groups from the outermost, the
 * installation, and then the enforced settings of groups, the outermost last. The values files of each document
 * come before its own settings.
 */
export function layersOf(
  chain: readonly PlacedGroup[],
  installation: PlacedInstallation | undefined,
  files: readonly SaidFile[],
): readonly Layer[] {
  const own = [...chain, ...(installation ? [installation] : [])].flatMap((sayer) => {
    const { kind, name, version, values } = sayer.document
    const source = kind === 'Installation' ? 'installation' : 'group'
    return [
      ...files
        .filter((file) => file.sayer === sayer)
        .flatMap(({ content }) => layerOf(content, source, name)),
      layer(source, name, { version, values }, sayer.place, '/spec'),
    ]
  })
  const enforced = chain.map(({ document: { name, enforced }, place }) =>
    layer('enforced', name, enforced, place, '/spec/enforced'),
  )
  return [...own, ...enforced.reverse()].filter(saysSomething)
}

function layerOf(content: SaidFile['content'], kind: Layer['kind'], name: string): readonly Layer[] {
  if (!('values' in content)) return []
  const { values, placeOf } = content
  return [{ kind, name, values, placeOf }]
}

function layer(
  kind: Layer['kind'],
  name: string,
  { version, values }: { readonly version?: string | undefined; readonly values: JsonObject },
  place: PlacedGroup['place'],
  spec: string,
): Layer {
  return {
    kind,
    name,
    values,
    placeOf: (pointer) => place(`${spec}/values${pointer}`),
    ...(version !== undefined && { version, versionPlace: place(`${spec}/version`) }),
  }
}

function saysSomething({ version, values }: Layer): boolean {
  return version !== undefined || Object.keys(values).length > 0
}

/** Settings that a group's `enforced` overrides. */
export function overriddenIn(layers: readonly Layer[]): readonly Overridden[] {
  return layers.flatMap((layer, index) => {
    const winners = layers.slice(index + 1).filter(({ kind }) => kind === 'enforced')
    if (layer.kind === 'template' || winners.length === 0) return []
    return [...overriddenVersion(layer, winners), ...overriddenValues(layer, winners, layer.values, [])]
  })
}

function overriddenVersion({ version, versionPlace }: Layer, winners: readonly Layer[]): Overridden[] {
  const winner = winners.findLast((each) => each.version !== undefined)
  if (version === undefined || versionPlace === undefined || winner === undefined) return []
  return winner.version === version ? [] : [{ path: 'version', location: versionPlace, by: winner.name }]
}

function overriddenValues(
  layer: Layer,
  winners: readonly Layer[],
  values: JsonObject,
  words: readonly string[],
): Overridden[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const at = [...words, key]
    const winner = winners.findLast((each) => valueAt(each.values, at) !== undefined)
    const enforced = winner && valueAt(winner.values, at)
    if (winner === undefined || isDeepStrictEqual(enforced, value)) return []
    if (isJsonObject(value) && isJsonObject(enforced)) return overriddenValues(layer, winners, value, at)
    const location = layer.placeOf(pointerOf(at))
    return [{ path: ['values', ...at].join('.'), location, by: winner.name }]
  })
}
