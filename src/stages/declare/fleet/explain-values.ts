import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { pointerOf, valueAt } from '../../../model/json-pointer.ts'
import type { Explained, Layer, Said } from '../../../model/values.ts'
import { mergeValues } from './merge-values.ts'

/**
 * The version and each final value of an installation, sorted by path: the layer that sets it, and the values
 * that it overrides, the last one overridden first.
 *
 * @param layers all, the winning one last
 */
export function explainValues(layers: readonly Layer[]): readonly Explained[] {
  const merged = mergeValues(...layers.map(({ values }) => values))
  return [...explainVersion(layers), ...leavesOf(merged, []).map((words) => explainValue(words, layers))]
}

function explainVersion(layers: readonly Layer[]): readonly Explained[] {
  const said = layers.flatMap(({ kind, name, version, versionPlace }): Said[] =>
    version === undefined || versionPlace === undefined
      ? []
      : [{ value: version, kind, name, location: versionPlace }],
  )
  return said.length === 0 ? [] : [explained('version', said)]
}

function explainValue(words: readonly string[], layers: readonly Layer[]): Explained {
  const pointer = pointerOf(words)
  const said = layers.flatMap(({ kind, name, values, placeOf }): Said[] => {
    const value = valueAt(values, words)
    return value === undefined ? [] : [{ value, kind, name, location: placeOf(pointer) }]
  })
  return explained(['values', ...words].join('.'), said)
}

function explained(path: string, said: readonly Said[]): Explained {
  const [first, ...overridden] = said.toReversed()
  if (first === undefined) throw new Error(`no layer sets ${path}`)
  return { path, said: first, overridden }
}

/** Paths of the values that are not mappings, or are empty ones. */
function leavesOf(value: JsonValue, words: readonly string[]): readonly (readonly string[])[] {
  if (!isJsonObject(value)) return [words]
  const keys = Object.keys(value as JsonObject).sort()
  if (keys.length === 0 && words.length > 0) return [words]
  return keys.flatMap((key) => leavesOf(value[key] ?? null, [...words, key]))
}
