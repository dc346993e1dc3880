import type { DeclaredObject } from '../../model/installation.ts'
import { objectIn } from '../../model/json.ts'
import { COPY_LABEL } from '../../model/labels.ts'
import { idOf, type KubernetesObject, keyOf, type LiveObject, type ObjectId } from '../../model/object.ts'

/** The copy that an object is in; undefined for any other. */
export function copyOf({ metadata }: LiveObject): string | undefined {
  return metadata.labels?.[COPY_LABEL]
}

/**
 * Copies that live Services select, of those that Git has select one; undefined stands for one that selects any.
 *
 * @param declared by id
 */
export function selectedCopies(
  live: readonly LiveObject[],
  declared: ReadonlyMap<ObjectId, Pick<DeclaredObject, 'object'>>,
): ReadonlySet<string | undefined> {
  const services = live.filter((each) => {
    const known = declared.get(idOf(keyOf(each)))
    return isService(each) && (copySelected(each) ?? (known && copySelected(known.object))) !== undefined
  })
  return new Set(services.map(copySelected))
}

function copySelected({ spec }: KubernetesObject): string | undefined {
  const selected = objectIn(objectIn(spec).selector)[COPY_LABEL]
  return typeof selected === 'string' ? selected : undefined
}

function isService({ apiVersion, kind }: KubernetesObject): boolean {
  return apiVersion === 'v1' && kind === 'Service'
}
