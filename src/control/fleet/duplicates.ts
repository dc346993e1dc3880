import { type Fault, fault } from '../../model/fault.ts'
import type { DeclaredObject, Installation } from '../../model/installation.ts'
import { OWN_GROUP } from '../../model/labels.ts'
import { describeKey, idOf, keyOf, type ObjectId } from '../../model/object.ts'

interface Claim {
  readonly installation: string
  readonly declared: DeclaredObject
}

/**
 * Faults for objects that more than one installation declares, one at each place, naming the others. Without
 * a cluster it is unknown which kinds are namespaced: every object that names no namespace counts as in its
 * installation's.
 */
export function duplicates(installations: readonly Installation[], namespace: string): readonly Fault[] {
  const claims = new Map<ObjectId, readonly Claim[]>()
  for (const { name, objects, namespace: home } of installations) {
    for (const declared of objects) {
      const key = keyOf(declared.object)
      const fallback = key.group === OWN_GROUP ? namespace : (home ?? namespace)
      const id = idOf({ ...key, namespace: key.namespace || fallback })
      claims.set(id, [...(claims.get(id) ?? []), { installation: name, declared }])
    }
  }
  return [...claims.values()]
    .filter((each) => isShared(each))
    .flatMap((each) => each.map((one) => faultOf(one, each)))
}

function isShared(claims: readonly Claim[]): boolean {
  return new Set(claims.map(({ installation }) => installation)).size > 1
}

function faultOf({ declared, installation }: Claim, claims: readonly Claim[]): Fault {
  const { object, origin } = declared
  const others = claims
    .filter((other) => other.installation !== installation)
    .map(({ declared: { origin } }) => `${origin.file}:${origin.line}`)
  const { file, line } = origin
  return fault('duplicate-object', `${describeKey(keyOf(object))}, also in ${others.join(', ')}`, {
    location: { file, line },
  })
}
