import { type Fault, fault } from '../model/fault.ts'
import type { DeclaredObject } from '../model/installation.ts'
import { gvkOf } from '../model/object.ts'
import type { Kinds, Resource } from '../model/schema.ts'

/** Says which kind is missing, and under which other version or group the cluster has one of its name. */
export function unknownKind({ object, origin }: DeclaredObject, kinds: Kinds): Fault {
  const others = otherVersions(object, kinds)
  const served = others.length === 0 ? '' : `; ${others.join(', ')} served`
  return fault('unknown-kind', `${object.apiVersion} ${object.kind} declared${served}`, {
    location: { file: origin.file, line: origin.line },
  })
}

function otherVersions(object: DeclaredObject['object'], kinds: Kinds): readonly string[] {
  const { group, kind } = gvkOf(object)
  const preferred = kinds.preferred(group, kind)
  if (preferred) return [apiVersionOf(preferred)]
  const named = kinds.all().filter((resource) => resource.kind === kind)
  return [...new Set(named.map(apiVersionOf))]
}

function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`
}
