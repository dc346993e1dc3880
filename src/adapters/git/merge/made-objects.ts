import { type GitObject, type ObjectType, objectId } from '../object-id.ts'
import type { ObjectReader } from '../object-reader.ts'
import { LARGEST_OBJECT } from '../pack-file.ts'

/** Objects that a merge makes, in memory, by id: they are in no git directory. */
export class MadeObjects {
  readonly #made = new Map<string, GitObject>()

  /** Adds an object and returns its id. */
  readonly add = (type: ObjectType, bytes: Uint8Array): string => {
    const oid = objectId(type, bytes)
    this.#made.set(oid, { type, bytes })
    return oid
  }

  /** Reads these objects, and all others from a git directory. */
  over(objects: ObjectReader): ObjectReader {
    return {
      read: async (oids, limit = LARGEST_OBJECT, take) => {
        const [made, others] = [new Map<string, GitObject>(), new Set<string>()]
        for (const oid of oids) {
          const object = this.#made.get(oid)
          if (object === undefined) others.add(oid)
          else if (object.bytes.length > limit) continue
          else if (take) take(object, oid)
          else made.set(oid, object)
        }
        if (others.size === 0) return made
        const found = await objects.read(others, limit, take)
        for (const [oid, object] of made) found.set(oid, object)
        return found
      },
    }
  }
}
