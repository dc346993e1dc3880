import { INSTALLATION_LABEL } from '../model/labels.ts'
import { idOf, keyOf, type LiveObject, type ObjectId, type ObjectKey } from '../model/object.ts'
import { DeletedUids } from './deleted-uids.ts'
import { IndexedIds } from './indexed-ids.ts'
import { isNewer } from './resource-version.ts'

/** A change of the cluster as the cache came to know it. */
export interface LiveChange {
  readonly key: ObjectKey
  /** Absent where the object is new. */
  readonly before?: LiveObject
  /** Absent where the object is gone. */
  readonly after?: LiveObject
}

/** A group and kind as one string: all versions of a kind show the same objects. */
export function kindIdOf(kind: { readonly group: string; readonly kind: string }): string {
  return `${kind.group}/${kind.kind}`
}

/**
 * Live objects by id, installation and kind. What comes late never replaces what is newer, whether
 * it comes from a watch, a list or the answer to a write.
 */
export class ObjectStore {
  readonly #objects = new Map<ObjectId, LiveObject>()
  readonly #byInstallation = new IndexedIds()
  readonly #byKind = new IndexedIds()
  readonly #deleted = new DeletedUids()
  readonly #emit: (change: LiveChange) => void

  constructor(emit: (change: LiveChange) => void) {
    this.#emit = emit
  }

  get size(): number {
    return this.#objects.size
  }

  get(id: ObjectId): LiveObject | undefined {
    return this.#objects.get(id)
  }

  all(): Iterable<LiveObject> {
    return this.#objects.values()
  }

  *byInstallation(installation: string): Iterable<LiveObject> {
    yield* this.#resolve(this.#byInstallation.ids(installation))
  }

  *byKind(kind: string): Iterable<LiveObject> {
    yield* this.#resolve(this.#byKind.ids(kind))
  }

  /** Takes an object in, unless it is older than what is known of it. */
  put(object: LiveObject): void {
    const key = keyOf(object)
    const id = idOf(key)
    const before = this.#objects.get(id)
    const { uid, resourceVersion } = object.metadata
    if (before !== undefined && !isNewer(resourceVersion, before.metadata.resourceVersion)) return
    if (this.#deleted.covers(uid, resourceVersion)) return
    if (before !== undefined) this.#unindex(id, before)
    this.#objects.set(id, object)
    this.#index(id, object)
    this.#emit({ key, ...(before && { before }), after: object })
  }

  /**
   * Takes an object out; one of another uid stays, as does one that is newer.
   *
   * @param version as of which it is gone; absent: its uid is gone for good
   */
  remove(key: ObjectKey, uid: string, version?: string): void {
    this.#deleted.add(uid, version)
    const id = idOf(key)
    const before = this.#objects.get(id)
    if (before?.metadata.uid !== uid) return
    if (version !== undefined && isNewer(before.metadata.resourceVersion, version)) return
    this.#objects.delete(id)
    this.#unindex(id, before)
    this.#emit({ key, before })
  }

  /** Takes in all objects of a kind as of one version: those that are not among them are gone. */
  replace(kind: string, objects: readonly LiveObject[], version: string): void {
    const listed = new Set(objects.map((object) => idOf(keyOf(object))))
    for (const object of objects) this.put(object)
    for (const known of [...this.byKind(kind)]) {
      const key = keyOf(known)
      if (!listed.has(idOf(key))) this.remove(key, known.metadata.uid, version)
    }
  }

  /** Takes out all objects of a kind. */
  drop(kind: string): void {
    for (const object of [...this.byKind(kind)]) this.remove(keyOf(object), object.metadata.uid)
  }

  /** The same without a word: nobody looks at the kind any more. */
  forget(kind: string): void {
    for (const object of [...this.byKind(kind)]) {
      const id = idOf(keyOf(object))
      this.#objects.delete(id)
      this.#unindex(id, object)
    }
  }

  *#resolve(ids: Iterable<ObjectId>): Iterable<LiveObject> {
    for (const id of ids) {
      const object = this.#objects.get(id)
      if (object !== undefined) yield object
    }
  }

  #index(id: ObjectId, object: LiveObject): void {
    this.#byInstallation.add(installationOf(object), id)
    this.#byKind.add(kindIdOf(keyOf(object)), id)
  }

  #unindex(id: ObjectId, object: LiveObject): void {
    this.#byInstallation.remove(installationOf(object), id)
    this.#byKind.remove(kindIdOf(keyOf(object)), id)
  }
}

function installationOf(object: LiveObject): string {
  return object.metadata.labels?.[INSTALLATION_LABEL] ?? ''
}
