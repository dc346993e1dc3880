import type { Installation } from '../../../model/installation.ts'
import { gvkOf, type ObjectKey, qualifiedKind } from '../../../model/object.ts'
import type { DirectPush } from '../../../model/settings.ts'
import { matchesPattern, namespaceOf } from '../../../model/tenancy.ts'
import { declaredText } from '../../plan/digest.ts'

export interface DirectPushOptions {
  /** Absent: all changes are held. */
  readonly rule: DirectPush | undefined
  /** Reviews are required of all installations, whatever their groups say. */
  readonly areAllRequired: boolean
  /** Namespace of the objects of installations that name none. */
  readonly namespace: string
}

/** Whether a change that no merged review is about is held. */
export function isHeldDirectly(
  before: Installation | undefined,
  after: Installation | undefined,
  { rule, areAllRequired, namespace }: DirectPushOptions,
): boolean {
  if (rule === undefined) return true
  if (rule === 'allow') return false
  const isFreed = !areAllRequired && before?.requiresReview === true && after?.requiresReview !== true
  if (isFreed && after !== undefined) return true // otherwise the next push could do anything
  const [was, is] = [objectsOf(before, namespace), objectsOf(after, namespace)]
  const changed = [...was, ...is].filter(([text]) => was.has(text) !== is.has(text))
  return changed.some(
    ([, key]) =>
      rule.kinds.some((pattern) => matchesPattern(pattern, qualifiedKind(key))) ||
      rule.namespaces.some((pattern) => matchesPattern(pattern, namespaceOf(key))),
  )
}

/** What is applied, and what is run, by a text that is the same where the same is declared. */
function objectsOf(installation: Installation | undefined, home: string): ReadonlyMap<string, ObjectKey> {
  if (installation === undefined) return new Map()
  const { objects, hooks = [] } = installation
  return new Map(
    [...objects, ...hooks.map(({ declared }) => declared)].map(({ object, varying }) => {
      const namespace = object.metadata.namespace ?? installation.namespace ?? home
      const key = { ...gvkOf(object), namespace, name: object.metadata.name }
      return [`${namespace} ${declaredText(object, varying)}`, key]
    }),
  )
}
