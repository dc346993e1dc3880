import { isJsonObject, type JsonObject, textIn } from '../../../model/json.ts'
import { valueAt } from '../../../model/json-pointer.ts'
import { listIn } from '../pod-specs.ts'
import type { ToldChange } from '../told-change.ts'
import type { FearFinder } from './fear-finder.ts'
import { listed } from './listed.ts'

/** Versions of a definition that clients, or stored objects, may still need. */
export const definitionVersionRemoved: FearFinder = {
  kind: 'definition-version-removed',
  find({ kind, before, after }: ToldChange) {
    if (kind !== 'apiextensions.k8s.io/CustomResourceDefinition') return []
    if (before === undefined || after === undefined) return []
    const [was, is] = [versionsOf(before), versionsOf(after)]
    const removed = [...was.keys()].filter((name) => !is.has(name))
    const off = (field: 'served' | 'storage') =>
      [...was].filter(([name, v]) => v[field] === true && is.get(name)?.[field] === false).map(([n]) => n)
    return [
      ...told('removed', removed),
      ...told('no longer served', off('served')),
      ...told('no longer stored', off('storage')),
    ]
  },
}

function told(what: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${what}: ${listed(names)}`]
}

function versionsOf(object: JsonObject): ReadonlyMap<string, JsonObject> {
  const versions = listIn(valueAt(object, ['spec', 'versions'])).filter(isJsonObject)
  return new Map(versions.map((version) => [textIn(version.name), version]))
}
