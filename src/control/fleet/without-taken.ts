import type { Installation } from '../../model/installation.ts'
import { isDocument } from '../../model/labels.ts'
import { idOf, type KubernetesObject, keyOf, type ObjectId } from '../../model/object.ts'

/**
 * Installations without the objects that others declare now: those are handed over. Without a cluster it is unknown which
 * kinds are namespaced: every object that names no namespace counts as in its installation's.
 *
 * @param namespace of installations that set none
 */
export function withoutTaken(
  leaving: readonly Installation[],
  staying: Iterable<Installation>,
  namespace: string,
): readonly Installation[] {
  const idIn = ({ namespace: home = namespace }: Installation, object: KubernetesObject): ObjectId => {
    const key = keyOf(object)
    return idOf({ ...key, namespace: key.namespace || (isDocument(key) ? namespace : home) })
  }
  const taken = new Set<ObjectId>()
  for (const installation of staying)
    for (const { object } of installation.objects) taken.add(idIn(installation, object))
  return leaving.map((installation) => {
    const objects = installation.objects.filter(({ object }) => !taken.has(idIn(installation, object)))
    return objects.length === installation.objects.length ? installation : { ...installation, objects }
  })
}
