import { isNewer } from '../../adapters/cluster/resource-version.ts'

/** So many deletions are remembered; an answer that is later than all of them is not to be expected. */
const REMEMBERED = 4096

/**
 * The last deletions, so that a late answer to a write does not bring an object back. Looking one up does not
 * make it newer, and a deletion for good has no value: a Map keeps them as they came.
 */
export class DeletedUids {
  readonly #versions = new Map<string, string | undefined>()

  /** @param version as of which it is gone; undefined: for good */
  add(uid: string, version: string | undefined): void {
    this.#versions.delete(uid)
    this.#versions.set(uid, version)
    if (this.#versions.size > REMEMBERED) {
      const [oldest] = this.#versions.keys()
      if (oldest !== undefined) this.#versions.delete(oldest)
    }
  }

  /** It is there after all. */
  forget(uid: string): void {
    this.#versions.delete(uid)
  }

  /** Whether that version of an object is from before its deletion. */
  covers(uid: string, version: string): boolean {
    if (!this.#versions.has(uid)) return false
    const gone = this.#versions.get(uid)
    return gone === undefined || !isNewer(version, gone)
  }
}
