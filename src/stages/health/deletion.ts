import { textIn } from '../../model/json.ts'
import { isBeingDeleted, type LiveObject } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'
import { objectsIn, sectionOf } from './read.ts'
import { deleting } from './verdict.ts'

/** Health of an object that is being deleted, with what it waits for; undefined for any other. */
export function deletionHealth(object: LiveObject): Health | undefined {
  const terminating = object.kind === 'Namespace' && sectionOf(object, 'status').phase === 'Terminating'
  if (!isBeingDeleted(object) && !terminating) return undefined
  return deleting(holdersOf(object) ?? 'being deleted')
}

function holdersOf(object: LiveObject): string | undefined {
  const { finalizers = [] } = object.metadata
  if (object.kind === 'Namespace') return contentOf(object)
  return finalizers.length === 0 ? undefined : `waits for its finalizers: ${finalizers.join(', ')}`
}

/** A Namespace lists in its conditions what remains in it and what could not be deleted. */
function contentOf(namespace: LiveObject): string | undefined {
  const held = objectsIn(sectionOf(namespace, 'status').conditions)
    .filter((condition) => condition.status === 'True')
    .map((condition) => textIn(condition.message))
    .filter((message) => message !== '')
  return held.length === 0 ? undefined : held.join('; ')
}
