import { isNewer } from '../../adapters/cluster/resource-version.ts'

/** Maximum number of remembered deletions; no answer is expected to be later than all of them. */
const REMEMBERED = 4096

/**
 * The latest deletions, so that a late answer to a write does not restore an object. A Map keeps insertion
 * order; a lookup must not refresh an entry, and the value of a final deletion is undefined.
 */
export class DeletedUids {
  readonly #versions = new Map<string, string | undefined>()

  /** @param version the version at which it was deleted; undefined: for good */
  add(uid: string, version: string | undefined): void {
    this.#versions.delete(uid)
    this.#versions.set(uid, version)
    if (this.#versions.size > REMEMBERED) {
      const [oldest] = this.#versions.keys()
      if (oldest !== undefined) this.#versions.delete(oldest)
    }
  }

  /** Forgets the deletion of an object that exists after all. */
  forget(uid: string): void {
    this.#versions.delete(uid)
  }

  /** Whether that version of an object precedes its deletion. */
  covers(uid: string, version: string): boolean {
    if (!this.#versions.has(uid)) return false
    const gone = this.#versions.get(uid)
    return gone === undefined || !isNewer(version, gone)
  }
}
