import { gvkOf, type LiveObject } from '../../model/object.ts'
import type { Sensitive } from '../../model/sensitive.ts'
import { redactSensitive } from '../plan/describe/redact.ts'
import { LAST_APPLIED_ANNOTATION } from '../plan/ownership/adoption-base.ts'

/** Where an object holds secrets: at these places, nowhere, or perhaps anywhere that Git decides. */
export type Hidden = Sensitive | 'unknown' | undefined

/** What users' expressions see of an object: nothing that is secret, so that no answer depends on it. */
export type Withhold = (object: LiveObject, hidden: Hidden) => LiveObject

/** Makes what is seen of an object once, for as long as its secrets stay where they are. */
export function withholdOnce(): Withhold {
  const known = new WeakMap<LiveObject, { readonly hidden: Hidden; readonly shown: LiveObject }>()
  return (object, hidden) => {
    if (hidden === undefined) return object
    const before = known.get(object)
    if (before?.hidden === hidden) return before.shown
    const shown = hidden === 'unknown' ? withoutDeclared(object) : withoutSensitive(object, hidden)
    known.set(object, { hidden, shown })
    return shown
  }
}

/** kubectl keeps all of the object in an annotation, too. */
function withoutSensitive(object: LiveObject, sensitive: Sensitive): LiveObject {
  const { annotations = {}, ...metadata } = object.metadata
  const { [LAST_APPLIED_ANNOTATION]: _, ...others } = annotations
  const shown = redactSensitive({ ...object, metadata: { ...metadata, annotations: others } }, [], sensitive)
  return { ...(shown as LiveObject), apiVersion: object.apiVersion, kind: object.kind }
}

/** Leaves what the cluster says of an object. */
function withoutDeclared(object: LiveObject): LiveObject {
  const { apiVersion, kind, metadata, status } = object
  const { labels: _, annotations: __, ...own } = metadata
  return { apiVersion, kind, metadata: own, ...(status !== undefined && { status }) }
}

/** Drops data of a Secret, and annotations too: kubectl keeps the whole Secret in one. */
export function withoutSecretData(object: LiveObject): LiveObject {
  const { group, kind } = gvkOf(object)
  if (group !== '' || kind !== 'Secret') return object
  const { apiVersion, type } = object
  return { apiVersion, kind, type, metadata: { ...object.metadata, annotations: {} } }
}
