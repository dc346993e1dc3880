import type { Commit } from '../../model/snapshot.ts'
import type { Look } from './look.ts'

/** Maximum number of commits looked at. */
const MOST = 1_000

/**
 * The commits that `to` has and `from` lacks, those that merges bring in included. In doubt, as with wrong clocks, a
 * commit counts as one that `from` lacks: none is passed over.
 * @returns 'too-many' beyond what is looked at, 'gone' if one of them cannot be had
 */
export async function newCommits(
  from: string,
  to: string,
  look: Pick<Look, 'commit'>,
): Promise<readonly Commit[] | 'too-many' | 'gone'> {
  const walk = new Walk(from)
  walk.push(to, Number.POSITIVE_INFINITY)
  walk.push(from, (await look.commit(from))?.time ?? 0)
  for (let count = 0; ; count += 1) {
    const oid = walk.next()
    if (oid === undefined) return walk.found
    if (count >= MOST) return 'too-many'
    const commit = await look.commit(oid)
    if (commit !== undefined) walk.take(commit)
    else if (!walk.isOld(oid)) return 'gone'
  }
}

/** Goes back from two commits at once, the newest commit first. */
class Walk {
  /** Commits that `from` has, as far as they were met or named as parents. */
  readonly #old: Set<string>
  readonly #taken = new Map<string, Commit>()
  readonly #pushed = new Set<string>()
  /** Ids by time: their own, or that of a commit after them. */
  readonly #pending: { readonly oid: string; readonly time: number }[] = []

  constructor(from: string) {
    this.#old = new Set([from])
  }

  /** Commits that `from` lacks. */
  get found(): readonly Commit[] {
    return [...this.#taken.values()].filter(({ oid }) => !this.#old.has(oid))
  }

  isOld(oid: string): boolean {
    return this.#old.has(oid)
  }

  push(oid: string, time: number): void {
    if (this.#pushed.has(oid)) return
    this.#pushed.add(oid)
    this.#pending.push({ oid, time })
  }

  /** The commit to look at next; undefined if `from` has all that is left, and nothing of what was found. */
  next(): string | undefined {
    if (this.#pending.every(({ oid }) => this.#old.has(oid))) {
      const earliest = Math.min(...this.found.map(({ time }) => time))
      if (this.#pending.every(({ time }) => time < earliest)) return undefined
    }
    this.#pending.sort((one, other) => one.time - other.time)
    return this.#pending.pop()?.oid
  }

  take(commit: Commit): void {
    this.#taken.set(commit.oid, commit)
    if (this.#old.has(commit.oid)) this.#age(commit.parents)
    for (const parent of commit.parents) this.push(parent, commit.time)
  }

  /** Notes that `from` has commits, with those before them that were taken for others. */
  #age(oids: readonly string[]): void {
    const pending = [...oids]
    for (let oid = pending.pop(); oid !== undefined; oid = pending.pop()) {
      if (this.#old.has(oid)) continue
      this.#old.add(oid)
      pending.push(...(this.#taken.get(oid)?.parents ?? []))
    }
  }
}
