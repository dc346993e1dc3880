import { LRUCache } from 'lru-cache'
import type { Fault } from '../../model/fault.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import type { ChartReference, TemplateReference } from '../../model/template.ts'
import { isRange } from '../../model/version-range.ts'
import { LOCK_FILE, type LockFile, lockKey, readLockFile } from '../../stages/declare/charts/lock-file.ts'

/** Maximum number of lock files kept as they were read. */
const KEPT = 100

/** A range without a version: the fault of the lock file, if it has one. */
export interface Unlocked {
  readonly unlocked: ChartReference
  readonly fault?: Fault
}

/** The versions that the lock files of commits give to ranges. */
export class LockedVersions {
  /** By id. */
  readonly #files = new LRUCache<string, LockFile>({ max: KEPT })

  /** The reference with an exact version, as the commit's lock file says. */
  async exact(reference: TemplateReference, snapshot: Snapshot): Promise<TemplateReference | Unlocked> {
    if (!('chart' in reference) || !isRange(reference.chart.version)) return reference
    const { repository, name, version: range, digest } = reference.chart
    const { entries, faults } = await this.#lockOf(snapshot)
    const entry = entries.get(lockKey({ repository, name, range }))
    if (entry) return { chart: { repository, name, version: entry.version, digest: digest ?? entry.digest } }
    const [first] = faults
    return { unlocked: reference.chart, ...(first && { fault: first }) }
  }

  async #lockOf({ entries, readBlobs }: Snapshot): Promise<LockFile> {
    const entry = entries.find(({ path, type }) => path === LOCK_FILE && type === 'file')
    if (entry === undefined) return { entries: new Map(), faults: [] }
    const known = this.#files.get(entry.oid)
    if (known) return known
    const bytes = (await readBlobs([entry.oid])).get(entry.oid)
    const read = readLockFile(new TextDecoder().decode(bytes))
    this.#files.set(entry.oid, read)
    return read
  }
}
