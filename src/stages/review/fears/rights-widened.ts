import { type JsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import { containersOf, listIn, podSpecOf } from '../pod-specs.ts'
import type { FearFinder } from './fear-finder.ts'
import { widenedAccount } from './rights/account.ts'
import { widenedBinding } from './rights/binding.ts'
import { widenedPods } from './rights/pods.ts'
import { widenedRole } from './rights/role.ts'
import { widenedStandard } from './rights/standard.ts'

/** More rights than before: in the API, or on the node. */
export const rightsWidened: FearFinder = {
  kind: 'rights-widened',
  find: (change) => [
    ...widenedRole(change),
    ...widenedBinding(change),
    ...widenedAccount(change),
    ...widenedPods(change),
    ...widenedStandard(change),
  ],
  part: (object) => [...ofApi(object), ...ofPods(object)],
}

function ofApi(object: JsonObject): readonly JsonValue[] {
  const { kind, rules, subjects, roleRef, aggregationRule, automountServiceAccountToken: mounts } = object
  const isOfAccess = typeof kind === 'string' && /^(?:Cluster)?Role(?:Binding)?$|^ServiceAccount$/.test(kind)
  return isOfAccess ? [rules, subjects, roleRef, aggregationRule, mounts].map((value) => value ?? null) : []
}

function ofPods(object: JsonObject): readonly JsonValue[] {
  const spec = podSpecOf(object)
  if (spec === undefined) return []
  const { hostNetwork, hostPID, hostIPC, securityContext, automountServiceAccountToken, volumes } = spec
  return [
    ...[hostNetwork, hostPID, hostIPC, securityContext, automountServiceAccountToken].map(
      (value) => value ?? null,
    ),
    listIn(volumes).map((volume) => objectIn(volume).hostPath ?? null),
    [...containersOf(spec)].map(([name, { securityContext: context = null }]) => [name, context]),
  ]
}
