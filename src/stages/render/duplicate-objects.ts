import { type Fault, fault } from '../../model/fault.ts'
import type { DeclaredObject } from '../../model/installation.ts'
import { describeKey, idOf, keyOf, type ObjectId } from '../../model/object.ts'

/**
 * A fault for each object that an installation declares again; it names the first declaration, too. Only the
 * cluster knows whether a kind has namespaces, so all objects without one are assumed to be in `namespace`.
 */
export function duplicateObjects(objects: readonly DeclaredObject[], namespace: string): readonly Fault[] {
  const first = new Map<ObjectId, DeclaredObject>()
  const faults: Fault[] = []
  for (const declared of objects) {
    const key = keyOf(declared.object)
    const object = idOf({ ...key, namespace: key.namespace || namespace })
    const earlier = first.get(object)
    if (!earlier) first.set(object, declared)
    else {
      const { file, line } = declared.origin
      const places = `${earlier.origin.file}:${earlier.origin.line} and ${file}:${line}`
      const details = `${describeKey(key)}, at ${places}`
      faults.push(fault('duplicate-object', details, { location: { file, line }, object }))
    }
  }
  return faults
}
