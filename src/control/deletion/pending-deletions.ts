import type { DeletionPolicy, PendingDeletion } from '../../model/deletion.ts'
import { type Fault, FaultError, fault } from '../../model/fault.ts'
import type { Revision } from '../../model/revision.ts'
import { rfc3339 } from '../../model/rfc3339.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import type { Statuses } from '../../stages/report/statuses.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import type { Log } from '../../support/telemetry/log.ts'
import type { CommitTrees } from '../fleet/commit-trees.ts'
import type { Composed, Compositions } from '../fleet/compositions.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { Composer } from '../fleet/fleet-declarer.ts'
import type { RemovedInstallation } from '../fleet/last-declarations.ts'
import type { FreeRemoval, RemovalWait } from '../gates/wait-for-grace.ts'
import { keptComposition } from './kept-composition.ts'
import { sealedDeletion } from './pending-record.ts'
import { type Leaving, type RestoreDeletionsOptions, restoreDeletions } from './restore-deletions.ts'

export interface PendingDeletionsOptions extends RestoreDeletionsOptions {
  /** Decides what the others are made from. */
  readonly inner: Composer
  readonly trees: CommitTrees
  readonly statuses: Pick<Statuses, 'all' | 'get' | 'onTransition'>
  /** The revision that is applied of an installation that is no longer declared; undefined where nothing tells. */
  readonly appliedOf: (name: string) => Promise<Revision | undefined>
  /** Makes the same commit again of what is decided now. */
  readonly recompose: () => Promise<void>
  /** ms since the epoch. */
  readonly now: () => number
  readonly onUnforeseen: (error: unknown) => void
  readonly log: Log
}

/** The removal of an installation that Git no longer declares. */
export interface Removal extends FreeRemoval {
  readonly name: string
  /** Full id of the commit that does not declare it. */
  readonly head: string
}

const WAKE = 'wake'
const AGAIN = 'again'
/** Longest delay until a clock that was set is noticed, in milliseconds. */
const LONGEST_MS = 60_000

/**
 * Keeps installations that Git no longer declares asleep for their grace, and lets only so many of a group go at a time.
 * What it knows is in the records of the status branch, sealed: another process goes on where this one was.
 */
export class PendingDeletions implements Composer, Disposable {
  readonly #options: PendingDeletionsOptions
  readonly #leaving = new Map<string, Leaving>()
  readonly #kept = new Map<string, { readonly deletion: PendingDeletion; readonly composed: Composed }>()
  readonly #timers = new Timers()
  #isRestored = false
  /** Number of changes that are not composed yet. */
  #open = 0

  constructor(options: PendingDeletionsOptions) {
    this.#options = options
    options.statuses.onTransition(({ name, after }) => {
      if (after === undefined) this.#leaving.delete(name)
    })
  }

  /** Whether something was decided that is not carried out yet. */
  get isMoving(): boolean {
    return this.#open > 0
  }

  /** What is known of an installation that Git no longer declares, for its record. */
  recordOf(name: string): PendingDeletion | undefined {
    return this.#leaving.get(name)?.deletion
  }

  /** Whether a commit allowed its deletion when its grace began. */
  isAllowed(name: string): boolean {
    return this.#leaving.get(name)?.deletion.isAllowed === true
  }

  async compose(head: CommitTree): Promise<Compositions> {
    const compositions = await this.#options.inner.compose(head)
    await this.#restore(head)
    for (const name of this.#leaving.keys()) if (head.tree.declarations.has(name)) this.#cancel(name)
    const kept = new Map<string, Composed>()
    for (const [name, { deletion }] of this.#leaving) {
      const composed = this.#isOver(deletion) ? undefined : await this.#keep(name, deletion)
      if (composed) kept.set(name, composed)
    }
    this.#wakeInTime()
    return kept.size === 0 ? compositions : { ...compositions, kept }
  }

  noteMade(fleet: Fleet): boolean {
    return this.#options.inner.noteMade(fleet)
  }

  /** Why an installation that Git no longer declares stays as it is; undefined where it may go. */
  async refusal(name: string, head: string): Promise<Fault | undefined> {
    const sample = this.#options.sampleOf(name)
    const last = sample && (await this.#options.lastSaid(sample, head))
    return last?.deletion?.isProtected ? fault('installation-protected', name) : undefined
  }

  /** What a removal waits for; undefined where its objects are to be deleted now. */
  async waitOf(removal: Removal): Promise<RemovalWait | undefined> {
    const { name, head, sample, isWhole } = removal
    const known = this.#leaving.get(name)
    if (known) return this.#waitOfKnown(name, known)
    const last = await this.#options.lastSaid(sample, head)
    const policy = last?.deletion
    if (last === undefined || policy === undefined || isPlain(policy)) return undefined
    if (!isWhole) return { reason: 'all of it to be free to go' }
    const group = last.groups?.[0] ?? ''
    const other = this.#inTheWay(group, policy)
    if (other !== undefined) return waitFor(other)
    return this.#begin(removal, last, { policy, group })
  }

  [Symbol.dispose](): void {
    this.#timers[Symbol.dispose]()
  }

  #waitOfKnown(name: string, known: Leaving): RemovalWait | undefined {
    const { deletion, policy, group } = known
    if (!this.#isOver(deletion)) return { reason: describeGrace(deletion) }
    if (deletion.isGoing) return undefined
    const other = this.#inTheWay(group, policy)
    if (other !== undefined) return waitFor(other)
    this.#note(name, { ...known, deletion: { ...deletion, isGoing: true } })
    return undefined
  }

  async #begin(
    { name, isAllowed }: Removal,
    { revision }: RemovedInstallation,
    { policy, group }: Omit<Leaving, 'deletion'>,
  ): Promise<RemovalWait | undefined> {
    const { now, appliedOf, log } = this.#options
    const applied = await appliedOf(name)
    const since = now()
    const deletion: PendingDeletion = {
      since: rfc3339(since),
      until: rfc3339(since + policy.grace),
      declaredAt: revision.own,
      revision: applied ?? revision,
      ...(isAllowed && { isAllowed }),
    }
    const leaving = { deletion, policy, group }
    if (policy.grace === 0) return this.#waitOfKnown(name, leaving)
    this.#note(name, leaving)
    log.info({ installation: name, until: deletion.until }, 'deletion pending')
    this.#recompose()
    return { reason: describeGrace(deletion) }
  }

  #note(name: string, leaving: Leaving): void {
    const { seal: _, ...deletion } = leaving.deletion
    const sealed = sealedDeletion(name, deletion, this.#options.sealer())
    this.#leaving.set(name, { ...leaving, deletion: sealed })
  }

  #cancel(name: string): void {
    this.#leaving.delete(name)
    this.#kept.delete(name)
    this.#options.log.info({ installation: name }, 'deletion cancelled')
  }

  /** One of the installations of a group that are on their way to sleep or away, where these are as many as may be. */
  #inTheWay(group: string, { deleteAtMost }: DeletionPolicy): string | undefined {
    if (deleteAtMost === undefined) return undefined
    const others = [...this.#leaving].filter(
      ([name, each]) => each.group === group && this.#isOnItsWay(name, each),
    )
    return others.length < deleteAtMost ? undefined : others[0]?.[0]
  }

  #isOnItsWay(name: string, { deletion }: Leaving): boolean {
    if (this.#isOver(deletion)) return deletion.isGoing === true
    return this.#options.statuses.get(name)?.state !== 'deletion-pending'
  }

  #isOver({ until }: PendingDeletion): boolean {
    return this.#options.now() >= Date.parse(until)
  }

  /** An installation whose commits are gone stays as it is until its grace is over. */
  async #keep(name: string, deletion: PendingDeletion): Promise<Composed | undefined> {
    const known = this.#kept.get(name)
    if (known?.deletion === deletion) return known.composed
    try {
      const composed = await keptComposition(name, deletion, this.#options.trees)
      if (composed) this.#kept.set(name, { deletion, composed })
      return composed
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      return undefined
    }
  }

  /** What earlier processes began. */
  async #restore(head: CommitTree): Promise<void> {
    if (this.#isRestored) return
    const restored = await restoreDeletions(head, this.#options)
    for (const [name, leaving] of restored) this.#leaving.set(name, leaving)
    this.#isRestored = true
  }

  /** Has those deleted whose grace ends. */
  #wakeInTime(): void {
    const pending = [...this.#leaving.values()].filter(({ deletion }) => !this.#isOver(deletion))
    const next = Math.min(...pending.map(({ deletion }) => Date.parse(deletion.until) - this.#options.now()))
    this.#timers.cancel(WAKE)
    if (pending.length === 0) return
    this.#timers.set(WAKE, Math.min(next, LONGEST_MS), () => {
      if (pending.some(({ deletion }) => this.#isOver(deletion))) this.#recompose()
      else this.#wakeInTime()
    })
  }

  #recompose(): void {
    if (this.#timers.has(AGAIN)) return
    this.#open += 1
    this.#timers.set(AGAIN, 0, () => {
      this.#options
        .recompose()
        .catch(this.#options.onUnforeseen)
        .finally(() => {
          this.#open -= 1
        })
    })
  }
}

function isPlain({ grace, deleteAtMost }: DeletionPolicy): boolean {
  return grace === 0 && deleteAtMost === undefined
}

function describeGrace({ until }: PendingDeletion): string {
  return `its grace to be over at ${until}`
}

function waitFor(other: string): RemovalWait {
  return { reason: 'others of its group to be asleep or gone, as deletion.deleteAtMost says', on: other }
}
