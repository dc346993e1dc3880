import type { Declaration } from '../model/declaration.ts'
import type { DeclaredObject } from '../model/installation.ts'

/** The objects with the namespace of the installation first, where it is asked for and none of them. */
export function withNamespace(
  objects: readonly DeclaredObject[],
  { createNamespace }: Declaration,
  name: string,
): readonly DeclaredObject[] {
  if (createNamespace === undefined || objects.some(({ object }) => isNamespace(object, name))) return objects
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
  return [{ object, origin: { ...createNamespace, document: 0, pointer: '' } }, ...objects]
}

function isNamespace({ apiVersion, kind, metadata }: DeclaredObject['object'], name: string): boolean {
  return apiVersion === 'v1' && kind === 'Namespace' && metadata.name === name
}
