import { didYouMean } from '../../model/did-you-mean.ts'
import { type Fault, fault } from '../../model/fault.ts'
import type { DeclaredObject } from '../../model/installation.ts'
import { apiVersionOf, gvkOf } from '../../model/object.ts'
import type { Kinds } from '../../model/schema.ts'

/**
 * The fault of a kind that is not served, or not for long; names other versions or groups that serve a kind of
 * that name.
 */
export function unknownKind({ object, origin }: DeclaredObject, kinds: Kinds): Fault {
  const place = { location: { file: origin.file, line: origin.line } }
  // The kinds of an aggregated API that does not answer are unknown.
  if (kinds.unavailable.includes(object.apiVersion))
    return fault('unavailable', `the API ${object.apiVersion}`, place)
  if (kinds.resource(gvkOf(object)))
    return fault(
      'unknown-kind',
      `${object.apiVersion} ${object.kind} declared; its CustomResourceDefinition is being deleted`,
      place,
    )
  const others = otherVersions(object, kinds)
  const served = others.length === 0 ? nearKind(object, kinds) : `; ${others.join(', ')} served`
  return fault('unknown-kind', `${object.apiVersion} ${object.kind} declared${served}`, place)
}

function nearKind(object: DeclaredObject['object'], kinds: Kinds): string {
  const { group, kind } = gvkOf(object)
  const all = kinds.all()
  const namesIn = (resources: typeof all) => [...new Set(resources.map((resource) => resource.kind))]
  const ofGroup = didYouMean(kind, namesIn(all.filter((resource) => resource.group === group)))
  return ofGroup === '' ? didYouMean(kind, namesIn(all)) : ofGroup
}

function otherVersions(object: DeclaredObject['object'], kinds: Kinds): readonly string[] {
  const { group, kind } = gvkOf(object)
  const preferred = kinds.preferred(group, kind)
  if (preferred) return [apiVersionOf(preferred)]
  const named = kinds.all().filter((resource) => resource.kind === kind)
  return [...new Set(named.map(apiVersionOf))]
}
