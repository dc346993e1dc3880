import type { KubernetesObject } from '../../../model/object.ts'

/** The object with these annotations merged over its own. */
export function annotate(
  object: KubernetesObject,
  annotations: Readonly<Record<string, string>>,
): KubernetesObject {
  const { metadata } = object
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } }
}
