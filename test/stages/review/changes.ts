import type { ResolvedObject } from '../../../src/model/installation.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { type KubernetesObject, keyOf, type LiveObject } from '../../../src/model/object.ts'
import type { ObjectPlan } from '../../../src/model/plan.ts'
import type { Sensitive } from '../../../src/model/sensitive.ts'
import type { ObjectChange } from '../../../src/stages/review/object-change.ts'

/** An object of a kind, such as `apps/v1 Deployment`. */
export function object(type: string, name: string, rest: JsonObject = {}): KubernetesObject {
  const [apiVersion = '', kind = ''] = type.split(' ')
  const { metadata, ...others } = rest
  return { apiVersion, kind, ...others, metadata: { name, namespace: 'eu', ...(metadata as JsonObject) } }
}

/** What Git changes of an object; absent where it is not declared. */
export function change(
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
  options: { readonly isReplacement?: true; readonly sensitive?: Sensitive; readonly stays?: true } = {},
): ObjectChange {
  const { isReplacement, sensitive, stays } = options
  const declared = after ?? before
  if (declared === undefined) throw new Error('neither before nor after')
  const live = {
    ...declared,
    metadata: { ...declared.metadata, uid: 'u', resourceVersion: '1' },
  } as LiveObject
  const common = { key: keyOf(declared), ...(sensitive && { sensitive }) }
  const plan = (): ObjectPlan => {
    if (after === undefined)
      return stays ? { ...common, action: 'unchanged', live } : { ...common, action: 'delete', live }
    if (before === undefined) return { ...common, action: 'create', desired: after }
    return {
      ...common,
      action: 'patch',
      patch: [],
      live,
      desired: after,
      ...(isReplacement && { isReplacement }),
    }
  }
  return { plan: plan(), before: resolved(before, sensitive), after: resolved(after, sensitive) }
}

function resolved(
  declared: KubernetesObject | undefined,
  sensitive: Sensitive | undefined,
): ResolvedObject | undefined {
  if (declared === undefined) return undefined
  const origin = { file: 'eu/all.yaml', line: 1, document: 0, pointer: '' }
  return { object: declared, origin, key: keyOf(declared), digest: '', ...(sensitive && { sensitive }) }
}
