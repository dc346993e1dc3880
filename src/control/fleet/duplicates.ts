import { type Fault, fault } from '../../model/fault.ts'
import type { DeclaredObject, Installation } from '../../model/installation.ts'
import { isDocument } from '../../model/labels.ts'
import { describeKey, idOf, keyOf, type ObjectId } from '../../model/object.ts'

interface Claim {
  readonly installation: Installation
  /** Namespace and name of the Helm release that the object is of. */
  readonly release: string | undefined
  readonly declared: DeclaredObject
}

/**
 * Faults for objects that more than one installation declares, one at each place, naming the others; where
 * these are one Helm release, one for each of them. Without a cluster it is unknown which kinds are namespaced:
 * every object that names no namespace counts as in its installation's.
 */
export function duplicates(installations: readonly Installation[], namespace: string): readonly Fault[] {
  const claims = new Map<ObjectId, readonly Claim[]>()
  for (const installation of installations) {
    const { objects, namespace: home = namespace, releaseName } = installation
    const release = releaseName === undefined ? undefined : `${home}/${releaseName}`
    for (const declared of objects) {
      const key = keyOf(declared.object)
      const fallback = isDocument(key) ? namespace : home
      const id = idOf({ ...key, namespace: key.namespace || fallback })
      claims.set(id, [...(claims.get(id) ?? []), { installation, release, declared }])
    }
  }
  const shared = [...claims.values()].filter(isShared)
  const objects = shared.filter((each) => releaseOf(each) === undefined)
  return [...releaseFaults(shared), ...objects.flatMap((each) => each.map((one) => objectFault(one, each)))]
}

function isShared(claims: readonly Claim[]): boolean {
  return new Set(claims.map(({ installation }) => installation)).size > 1
}

/** The release that all claims of an object are of. */
function releaseOf([first, ...others]: readonly Claim[]): string | undefined {
  return others.every(({ release }) => release === first?.release) ? first?.release : undefined
}

function releaseFaults(shared: readonly (readonly Claim[])[]): readonly Fault[] {
  const byRelease = Map.groupBy(shared, releaseOf)
  return [...byRelease].flatMap(([release, claims]) => {
    if (release === undefined) return []
    const all = [...new Set(claims.flat().map(({ installation }) => installation))]
    return all.map((one) => releaseFault(release, one, all))
  })
}

function releaseFault(
  release: string,
  { name, location }: Installation,
  all: readonly Installation[],
): Fault {
  const others = all.filter((other) => other.name !== name).map((other) => other.name)
  return fault('duplicate-release', `${release}, also of ${others.join(', ')}`, { location })
}

function objectFault({ declared, installation }: Claim, claims: readonly Claim[]): Fault {
  const { object, origin } = declared
  const others = claims
    .filter((other) => other.installation !== installation)
    .map(({ declared: { origin } }) => `${origin.file}:${origin.line}`)
  const { file, line } = origin
  return fault('duplicate-object', `${describeKey(keyOf(object))}, also in ${others.join(', ')}`, {
    location: { file, line },
  })
}
