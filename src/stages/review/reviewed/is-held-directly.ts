import type { Installation } from '../../../model/installation.ts'
import { gvkOf, type KubernetesObject } from '../../../model/object.ts'
import type { DirectPush } from '../../../model/settings.ts'
import { matchesPattern } from '../../../model/tenancy.ts'
import { digestOf } from '../../plan/digest.ts'

/** Whether a change that no merged review is about is held. */
export function isHeldDirectly(
  before: Installation | undefined,
  after: Installation | undefined,
  rule: DirectPush | undefined,
): boolean {
  if (rule === undefined) return true
  if (rule === 'allow') return false
  const [was, is] = [objectsOf(before), objectsOf(after)]
  const changed = [...was, ...is].filter(([line]) => was.has(line) !== is.has(line))
  return changed.some(([, { object, namespace }]) => {
    const { group, kind } = gvkOf(object)
    return (
      rule.kinds.some((pattern) => matchesPattern(pattern, group === '' ? kind : `${kind}.${group}`)) ||
      rule.namespaces.some((pattern) => matchesPattern(pattern, namespace))
    )
  })
}

interface Placed {
  readonly object: KubernetesObject
  readonly namespace: string
}

/** By a text that is the same where the same is declared. */
function objectsOf(installation: Installation | undefined): ReadonlyMap<string, Placed> {
  return new Map(
    installation?.objects.map(({ object, varying }) => {
      const namespace = object.metadata.namespace ?? installation.namespace ?? ''
      return [`${namespace} ${digestOf(object, varying)}`, { object, namespace }]
    }),
  )
}
