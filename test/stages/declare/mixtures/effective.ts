import { isJsonObject, type JsonObject, type JsonValue } from '../../../../src/model/json.ts'
import type { Repository, Said } from './repository.ts'

/** Settings of an installation by their path, as text. */
export type Effective = ReadonlyMap<string, string>

/**
 * What an installation effectively has, with its own document of one commit and what it inherits of another one;
 * computed from the data alone. Undefined where it is not declared.
 *
 * @param group by default the one that its document names
 */
export function effective(
  name: string,
  own: Repository,
  inherited: Repository,
  group = own.installations.get(name)?.group,
): Effective | undefined {
  const said = own.installations.get(name)
  if (said === undefined) return undefined
  const from = group !== undefined && inherited.groups.has(group) ? inherited : own
  const chain = chainOf(group, from)
  const filesOf = ({ valuesFiles }: Said, isOwn: boolean) =>
    valuesFiles.map((path) => {
      const isNamed = path.includes('${')
      return (isOwn || isNamed ? own : inherited).files.get(path.replace('${installation.name}', name)) ?? {}
    })
  const template = [said, ...chain.toReversed()].find((each) => each.template !== undefined)?.template ?? ''
  const defaults = inherited.templates.get(template) ?? own.templates.get(template) ?? {}
  const values = [
    defaults,
    ...chain.flatMap((each) => [...filesOf(each, false), each.values]),
    ...filesOf(said, true),
    said.values,
    ...chain.toReversed().map(({ enforced }) => enforced?.values ?? {}),
  ]
  const versions = [...chain, said, ...chain.toReversed().map(({ enforced }) => enforced)]
  const version = versions.findLast((each) => each?.version !== undefined)?.version
  return new Map([
    ['version', `${version}`],
    ['template', template],
    ...leaves(values.reduce<JsonObject>(over, {}), 'values'),
  ])
}

/** The groups around an installation, the outermost first. */
function chainOf(group: string | undefined, { groups }: Repository): readonly Said[] {
  const said = group === undefined ? undefined : groups.get(group)
  return said === undefined ? [] : [...chainOf(said.group, { groups } as Repository), said]
}

function over(under: JsonObject, values: JsonObject): JsonObject {
  const merged: Record<string, JsonValue> = { ...under }
  for (const [key, value] of Object.entries(values)) {
    const below = merged[key]
    merged[key] =
      below !== undefined && isJsonObject(below) && isJsonObject(value) ? over(below, value) : value
  }
  return merged
}

function leaves(value: JsonValue, path: string): readonly (readonly [string, string])[] {
  const entries = isJsonObject(value) ? Object.entries(value) : []
  if (!isJsonObject(value) || entries.length === 0)
    return path === 'values' ? [] : [[path, JSON.stringify(value)]]
  return entries.flatMap(([key, child]) => leaves(child, `${path}.${key}`))
}
