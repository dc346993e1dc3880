import type { Declaration } from '../../model/declaration.ts'
import type { Fault } from '../../model/fault.ts'
import { isJsonObject, type JsonValue, writeJson } from '../../model/json.ts'
import { valueAt } from '../../model/json-pointer.ts'
import { templateKey } from '../../model/template.ts'
import type { Layer } from '../../model/values.ts'
import { mergeValues } from './fleet/merge-values.ts'

/** An installation as one revision gives it. */
export interface Composed {
  readonly declaration: Declaration
  /** Defaults of its templates. */
  readonly defaults: readonly Layer[]
  readonly faults: readonly Fault[]
}

/** A mixture of an installation's own documents of the head with what it inherits of an earlier commit. */
export interface Mixed {
  /** As it is applied; undefined for one that is new, or that is to inherit from a commit without it. */
  readonly before: Composed | undefined
  /** That earlier commit as a whole, where the installation inherits from another one so far. */
  readonly whole?: Composed
  readonly mixed: Composed
  /** All of it as the head has it. */
  readonly head: Composed
}

/**
 * Why a mixture must not be applied: a setting would have a value that neither the installation has, nor one of the
 * two commits gives it, the mixture alone has a fault, or an own value is for a template that it does not have yet. Undefined if
 * it may be.
 */
export function harmOf({ before, whole, mixed, head }: Mixed): string | undefined {
  const known = [before, whole, head].filter((each) => each !== undefined)
  const found = faultOfMixture(
    mixed.faults,
    known.flatMap(({ faults }) => faults),
  )
  if (found !== undefined) return found.message
  const path = (before && strangeSetting(mixed, known)) ?? unknownValue(before, mixed, head)
  return path === undefined ? undefined : `${path} changes together with what is inherited`
}

function faultOfMixture(faults: readonly Fault[], known: readonly Fault[]): Fault | undefined {
  const texts = new Set(known.map(textOf))
  return faults.find((fault) => !texts.has(textOf(fault)))
}

function textOf({ code, message }: Fault): string {
  return `${code} ${message}`
}

/** A setting of the mixture that has the value of none of those that are known. */
function strangeSetting(mixed: Composed, known: readonly Composed[]): string | undefined {
  const is = settingsOf(mixed)
  const others = known.map(settingsOf)
  const paths = new Set([is, ...others].flatMap((settings) => [...settings.keys()]))
  return [...paths].find((path) => others.every((settings) => settings.get(path) !== is.get(path)))
}

/** Each setting as text, by its path. */
type Settings = ReadonlyMap<string, string>

function settingsOf({ declaration, defaults }: Composed): Settings {
  const { version, namespace, releaseName, serviceAccount, createNamespace, atomic } = declaration
  const { templates, dependsOn, rules, layers } = declaration
  const own = {
    version,
    namespace,
    releaseName: releaseName?.text,
    serviceAccountName: serviceAccount?.text,
    createNamespace: createNamespace !== undefined,
    atomic,
    templates: templates.map(({ reference, name }) => [templateKey(reference), name]),
    dependsOn: dependsOn.map(({ name }) => name),
    rules,
  }
  const said = Object.entries(own).map(([name, value]): [string, string] => [
    name,
    JSON.stringify(value) ?? '',
  ])
  const values = mergeValues(...[...defaults, ...layers].map((layer) => layer.values))
  return new Map([...said, ...leavesOf(values, 'values')])
}

/** Values that are no mappings, or empty ones, as text by their path. */
function leavesOf(value: JsonValue, path: string): readonly (readonly [string, string])[] {
  if (!isJsonObject(value)) return [[path, writeJson(value)]]
  const entries = Object.entries(value)
  if (entries.length === 0) return [[path, '{}']]
  return entries.flatMap(([key, child]) => leavesOf(child, `${path}.${key}`))
}

/** An own value that is new, and that only the template of the head has a default for. */
function unknownValue(before: Composed | undefined, mixed: Composed, head: Composed): string | undefined {
  if (head.defaults.length === 0) return undefined
  const own = ownValues(mixed)
  const known = before && ownValues(before)
  const isDefault = ({ defaults }: Composed, words: readonly string[]) =>
    defaults.some(({ values }) => valueAt(values, words) !== undefined)
  for (const words of wordsIn(own, [])) {
    if (known !== undefined && valueAt(known, words) !== undefined) continue
    if (isDefault(head, words) && !isDefault(mixed, words)) return ['values', ...words].join('.')
  }
  return undefined
}

function ownValues({ declaration: { layers } }: Composed) {
  return mergeValues(...layers.filter(({ kind }) => kind === 'installation').map(({ values }) => values))
}

function wordsIn(value: JsonValue, words: readonly string[]): readonly (readonly string[])[] {
  if (!isJsonObject(value) || Object.keys(value).length === 0) return words.length === 0 ? [] : [words]
  return Object.entries(value).flatMap(([key, child]) => wordsIn(child, [...words, key]))
}
