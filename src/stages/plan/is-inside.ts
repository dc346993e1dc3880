import { isCrd } from '../../model/crd.ts'
import { objectIn } from '../../model/json.ts'
import { gvkOf, type KubernetesObject } from '../../model/object.ts'

/** Whether deleting an object, a Namespace or CustomResourceDefinition, also deletes others. */
export function isContainer(object: KubernetesObject): boolean {
  const { group, kind } = gvkOf(object)
  return (group === '' && kind === 'Namespace') || isCrd({ group, kind })
}

/** Whether an object goes with a Namespace or CustomResourceDefinition. */
export function isInside(object: KubernetesObject, container: KubernetesObject): boolean {
  const { group, kind } = gvkOf(container)
  if (group === '' && kind === 'Namespace') return object.metadata.namespace === container.metadata.name
  return isCrd({ group, kind }) && isInstance(object, container)
}

function isInstance(object: KubernetesObject, definition: KubernetesObject): boolean {
  const spec = objectIn(definition.spec)
  const { group, kind } = gvkOf(object)
  return spec.group === group && objectIn(spec.names).kind === kind
}
