import { isNewer } from '../../adapters/cluster/resource-version.ts'
import { INSTALLATION_LABEL } from '../../model/labels.ts'
import { idOf, keyOf, type LiveObject, type ObjectId, type ObjectKey } from '../../model/object.ts'
import { DeletedUids } from './deleted-uids.ts'
import { IndexedIds } from './indexed-ids.ts'

/** A change of the cluster, as the cache learned of it. */
export interface LiveChange {
  readonly key: ObjectKey
  /** Absent where the object is new. */
  readonly before?: LiveObject
  /** Absent where the object was deleted. */
  readonly after?: LiveObject
}

/** All objects of a kind at one resourceVersion. */
export interface ListedObjects {
  readonly items: readonly LiveObject[]
  readonly resourceVersion: string
}

/** Group and kind as one string: all versions of a kind show the same objects. */
export function kindIdOf(kind: { readonly group: string; readonly kind: string }): string {
  return `${kind.group}/${kind.kind}`
}

/**
 * Live objects by id, installation and kind. Late data never replaces newer data, whether it comes from a
 * watch, a list or the answer to a write.
 */
export class ObjectStore {
  readonly #objects = new Map<ObjectId, LiveObject>()
  readonly #byInstallation = new IndexedIds()
  readonly #byKind = new IndexedIds()
  readonly #deleted = new DeletedUids()
  /** Ids and uids that changed since each of the pending lists was requested. */
  readonly #since = new Set<Set<string>>()
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

  /** Installations that have objects. */
  installations(): Iterable<string> {
    return this.#byInstallation.keys()
  }

  *byInstallation(installation: string): Iterable<LiveObject> {
    yield* this.#resolve(this.#byInstallation.ids(installation))
  }

  *byKind(kind: string): Iterable<LiveObject> {
    yield* this.#resolve(this.#byKind.ids(kind))
  }

  /** Adds or replaces an object, unless the known state is as new or newer. */
  put(object: LiveObject): void {
    const key = keyOf(object)
    const id = idOf(key)
    const before = this.#objects.get(id)
    const { uid, resourceVersion } = object.metadata
    if (before !== undefined && !isNewer(resourceVersion, before.metadata.resourceVersion)) return
    if (this.#deleted.covers(uid, resourceVersion)) return
    this.#note(id, uid)
    this.#set(id, object, before)
  }

  /**
   * Removes an object; one with another uid, or a newer one, stays.
   *
   * @param version the version at which the object was deleted; absent: its uid is gone for good
   */
  remove(key: ObjectKey, uid: string, version?: string): void {
    this.#deleted.add(uid, version)
    const id = idOf(key)
    this.#note(id, uid)
    const before = this.#objects.get(id)
    if (before?.metadata.uid !== uid) return
    if (version !== undefined && isNewer(before.metadata.resourceVersion, version)) return
    this.#drop(id, before)
  }

  /**
   * Replaces all objects of a kind by the API server's list; objects that are not in it are gone. The list
   * overrides everything known when it was requested, even where it looks older: after etcd was restored from
   * a backup, resourceVersions restart from an earlier number.
   *
   * @param list requests the newest state
   * @returns the resourceVersion of the list
   */
  async relist(kind: string, list: () => Promise<ListedObjects>): Promise<string> {
    const since = new Set<string>()
    this.#since.add(since)
    try {
      const { items, resourceVersion } = await list()
      this.#replace(kind, items, resourceVersion, since)
      return resourceVersion
    } finally {
      this.#since.delete(since)
    }
  }

  /** @param since ids and uids that changed after the list was requested: the known state may be newer */
  #replace(kind: string, objects: readonly LiveObject[], version: string, since: ReadonlySet<string>): void {
    const listed = new Set<ObjectId>()
    for (const object of objects) {
      const id = idOf(keyOf(object))
      listed.add(id)
      if (since.has(id) || since.has(object.metadata.uid)) this.put(object)
      else this.#believe(id, object)
    }
    for (const known of [...this.byKind(kind)]) {
      const id = idOf(keyOf(known))
      const { uid, resourceVersion } = known.metadata
      if (listed.has(id) || (since.has(id) && isNewer(resourceVersion, version))) continue
      this.#deleted.add(uid, version)
      this.#drop(id, known)
    }
  }

  #believe(id: ObjectId, object: LiveObject): void {
    const { uid, resourceVersion } = object.metadata
    const before = this.#objects.get(id)
    this.#deleted.forget(uid)
    if (before?.metadata.uid !== uid || before.metadata.resourceVersion !== resourceVersion)
      this.#set(id, object, before)
  }

  /** Removes all objects of a kind that is no longer served; another version may still have them. */
  drop(kind: string): void {
    for (const object of [...this.byKind(kind)]) this.#drop(idOf(keyOf(object)), object)
  }

  /** Removes all objects of a kind that is no longer watched, without emitting changes. */
  forget(kind: string): void {
    for (const object of [...this.byKind(kind)]) this.#forget(idOf(keyOf(object)), object)
  }

  #set(id: ObjectId, object: LiveObject, before: LiveObject | undefined): void {
    if (before !== undefined) this.#unindex(id, before)
    this.#objects.set(id, object)
    this.#index(id, object)
    this.#emit({ key: keyOf(object), ...(before && { before }), after: object })
  }

  #note(id: ObjectId, uid: string): void {
    for (const since of this.#since) since.add(id).add(uid)
  }

  #drop(id: ObjectId, before: LiveObject): void {
    this.#forget(id, before)
    this.#emit({ key: keyOf(before), before })
  }

  #forget(id: ObjectId, object: LiveObject): void {
    this.#objects.delete(id)
    this.#unindex(id, object)
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
