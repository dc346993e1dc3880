import { asFaultError } from '../../adapters/cluster/any-fault.ts'
import { ifRequestFails, isAbort } from '../../adapters/cluster/api-error.ts'
import { containedLater, type OnUnforeseen } from '../../model/contained.ts'
import { faultOf } from '../../model/fault.ts'
import type { Installation } from '../../model/installation.ts'
import { idOf } from '../../model/object.ts'
import { type Revision, revisionAt } from '../../model/revision.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { LiveCache } from '../../stages/live/live-cache.ts'
import { appliedOf } from '../../stages/plan/applied.ts'
import { resolve } from '../../stages/plan/resolve.ts'
import { lastGoodRevision } from '../../stages/report/last-good-revision.ts'
import type { Statuses } from '../../stages/report/statuses.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import { type Ancestry, provenCommit } from '../fleet/held-commit.ts'
import type { Member, Target } from '../fleet/member.ts'
import { ownedBy } from '../planner/owned.ts'

/** What it takes to find one. */
interface LastGoodNeeds {
  readonly view: Pick<ClusterView, 'watchOwned' | 'kinds'> & {
    readonly cache: Pick<LiveCache, 'byInstallation' | 'get'>
  }
  readonly statuses: Pick<Statuses, 'get'>
  /** Namespace of namespaced objects that name none. */
  readonly namespace: string
  /** Reads an installation at an earlier revision from Git; undefined if unavailable, now or for good. */
  readonly installationAt: (revision: Revision, id: string) => Promise<Installation | undefined>
  readonly ancestry: Ancestry
  /** Whether this Reeve wrote the latest records: others may write to the status branch. */
  readonly areRecordsOwn: () => boolean
  /**
   * Whether an installation moves only as reviewed: what others say was applied then counts for nothing beside the
   * marks in the cluster.
   */
  readonly isReviewRequired: (installation: Pick<Installation, 'requiresReview'>) => boolean
  readonly onUnforeseen: OnUnforeseen
}

export interface LastGoodOptions extends LastGoodNeeds {
  readonly view: ClusterView
  readonly statuses: Statuses
}

/** What finding the last good revision needs to know of an installation. */
export type Sought = Pick<Installation, 'name' | 'id' | 'requiresReview'>

/** Finds the last good revision, where an installation is held while its head has faults. */
export class LastGood {
  readonly #options: LastGoodNeeds
  /** Targets of installations before a head that is not yet proven, by name. */
  readonly #targets = new Map<string, Target>()

  constructor(options: LastGoodNeeds) {
    this.#options = options
  }

  /**
   * Remembers the good targets from before a move, to return to if the next head is refused.
   * @param isGood whether a member's target is known to be accepted
   */
  note(before: DesiredState, { members }: DesiredState, isGood: (member: Member) => boolean): void {
    for (const name of this.#targets.keys()) if (!members.has(name)) this.#targets.delete(name)
    for (const [name, known] of before.members) {
      const isLeft = members.get(name) !== known && members.has(name)
      if (isLeft && known.target && isGood(known)) this.#targets.set(name, known.target)
    }
  }

  /** Last good revision, as far as known without asking Git. */
  revisionOf(name: string): Revision | undefined {
    return this.#targets.get(name)?.revision ?? lastGoodRevision(this.#options.statuses.get(name))
  }

  /**
   * Last good target as this process knew it, else as the record says. A failure is not cached.
   * @param commit full id of the head
   */
  find(head: Sought, commit: string): Promise<Target | undefined> {
    const known = this.#targets.get(head.name)
    if (known !== undefined) return Promise.resolve(known)
    const { onUnforeseen } = this.#options
    const unit = {
      what: `reading the last good revision of ${head.name}`,
      instead: () => undefined,
      onUnforeseen,
    }
    const work = () =>
      this.#recorded(head, commit).catch((error: unknown) => {
        if (!isAbort(error)) throw asFaultError(error)
        return undefined // Reeve ends
      })
    return containedLater<Target | undefined>(unit, work).catch((error: unknown) => {
      onUnforeseen(error, faultOf(error))
      return undefined
    })
  }

  /** As the marks of its objects in the cluster prove it, whatever its record says. */
  async findByMarks(id: string, commit: string): Promise<Target | undefined> {
    const revision = await this.#provenRevision(id, commit, { recorded: undefined, isOwn: false })
    const installation = revision && (await this.#options.installationAt(revision, id))
    return installation && installation.faults.length === 0 ? { installation, revision } : undefined
  }

  /**
   * From the record if this Reeve wrote it, else as far as the cluster's marks prove it. A kill may have come before
   * the record of what was applied: marks that are newer tell of that.
   */
  async #recorded(head: Sought, commit: string): Promise<Target | undefined> {
    const { statuses, areRecordsOwn, installationAt, isReviewRequired } = this.#options
    const isOwn = areRecordsOwn()
    const recorded = isOwn || !isReviewRequired(head) ? lastGoodRevision(statuses.get(head.name)) : undefined
    const revision = await this.#provenRevision(head.id, commit, { recorded, isOwn })
    const installation = revision && (await installationAt(revision, head.id))
    if (!installation || installation.faults.length > 0) return undefined
    if (isOwn && revision === recorded) return { installation, revision }
    return { installation: this.#withoutMissing(installation), revision, whole: installation }
  }

  async #provenRevision(
    id: string,
    head: string,
    { recorded, isOwn }: { readonly recorded: Revision | undefined; readonly isOwn: boolean },
  ): Promise<Revision | undefined> {
    const { view, ancestry } = this.#options
    // Where the cluster does not answer, an own record still holds.
    await (isOwn ? view.watchOwned().catch(ifRequestFails(undefined)) : view.watchOwned())
    const marked = ownedBy(id, view.cache).flatMap((live) => appliedOf(live)?.revision ?? [])
    const marks = new Set(marked.map(({ own }) => own))
    const commit = await provenCommit({ recorded: recorded?.own, isOwn, head, marks }, ancestry)
    if (commit === undefined) return undefined
    if (recorded?.own === commit) return recorded
    return (
      (await newestInherited(
        marked.filter(({ own }) => own === commit),
        ancestry,
      )) ?? revisionAt(commit)
    )
  }

  /** Leaves out missing objects, which may have been removed after the commit: only existing ones heal. */
  #withoutMissing(installation: Installation): Installation {
    const { view, namespace } = this.#options
    const { objects } = resolve(installation, view.kinds, { namespace })
    const there = objects.filter(({ key }) => view.cache.get(idOf(key)) !== undefined)
    return { ...installation, objects: there }
  }
}

/** The revision whose inherited parts are the newest. */
async function newestInherited(
  revisions: readonly Revision[],
  ancestry: Ancestry,
): Promise<Revision | undefined> {
  let [newest] = revisions
  for (const each of revisions)
    if (
      newest &&
      each.inherited !== newest.inherited &&
      (await ancestry.has(each.inherited, newest.inherited))
    )
      newest = each
  return newest
}
