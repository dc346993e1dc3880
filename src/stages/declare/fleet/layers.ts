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

/** Maximum number of overridden settings that are told of one installation. */
const MOST_OVERRIDDEN = 100

/** Settings that a group's `enforced` overrides. */
export function overriddenIn(layers: readonly Layer[]): readonly Overridden[] {
  if (layers.every(({ kind }) => kind !== 'enforced')) return []
  return allOverridden(layers).take(MOST_OVERRIDDEN).toArray()
}

function* allOverridden(layers: readonly Layer[]): Generator<Overridden> {
  for (const [index, layer] of layers.entries()) {
    const winners = layers.slice(index + 1).filter(({ kind }) => kind === 'enforced')
    if (layer.kind === 'template' || winners.length === 0) continue
    yield* overriddenVersion(layer, winners)
    yield* overriddenValues(layer, winners, layer.values, [])
  }
}

function overriddenVersion({ version, versionPlace }: Layer, winners: readonly Layer[]): Overridden[] {
  const winner = winners.findLast((each) => each.version !== undefined)
  if (version === undefined || versionPlace === undefined || winner === undefined) return []
  return winner.version === version ? [] : [{ path: 'version', location: versionPlace, by: winner.name }]
}

function* overriddenValues(
  layer: Layer,
  winners: readonly Layer[],
  values: JsonObject,
  words: readonly string[],
): Generator<Overridden> {
  for (const [key, value] of Object.entries(values)) {
    const at = [...words, key]
    const winner = winners.findLast((each) => valueAt(each.values, at) !== undefined)
    const enforced = winner && valueAt(winner.values, at)
    if (winner === undefined || isDeepStrictEqual(enforced, value)) continue
    if (isJsonObject(value) && isJsonObject(enforced)) {
      yield* overriddenValues(layer, winners, value, at)
      continue
    }
    const location = layer.placeOf(pointerOf(at))
    yield { path: ['values', ...at].join('.'), location, by: winner.name }
  }
}
