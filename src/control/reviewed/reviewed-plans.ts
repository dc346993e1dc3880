import { type Fault, FaultError, fault } from '../../model/fault.ts'
import type { Installation } from '../../model/installation.ts'
import { quoted } from '../../model/quoted.ts'
import type { ReviewSettings } from '../../model/settings.ts'
import type { VouchedCommit } from '../../model/snapshot.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import type { ClusterReview, Transition } from '../../stages/review/cluster-review.ts'
import { acceptedPlans } from '../../stages/review/reviewed/accepted-plans.ts'
import { ABSENT, declaredState, UNKNOWN } from '../../stages/review/reviewed/declared-state.ts'
import { isHeldDirectly } from '../../stages/review/reviewed/is-held-directly.ts'
import { isReached } from '../../stages/review/reviewed/is-reached.ts'
import { isMerged, isPlanned } from '../../stages/review/reviewed/sealed-merge.ts'
import { acceptedStatement, stateStatement } from '../../stages/review/reviewed/statements.ts'
import type { Ancestry } from '../fleet/held-commit.ts'

export interface ReviewedPlansOptions {
  /** Name of the Repository. */
  readonly repository: string
  readonly cluster: string
  readonly rule: Pick<ReviewSettings, 'requireReviewedPlan' | 'directPush'>
  /** Undefined without a key: then nothing counts as reviewed. */
  readonly sealer: () => Sealer | undefined
  /** Reads the reviews on this cluster's branch, by name of the change. @throws FaultError */
  readonly reviews: (signal?: AbortSignal) => Promise<ReadonlyMap<string, ClusterReview>>
  readonly ancestry: Pick<Ancestry, 'has'>
  /** Commits reachable from `to` but not from `from`, always with `to`. */
  readonly commits: (from: string, to: string) => Promise<readonly VouchedCommit[]>
}

/** An installation that is about to follow a commit. */
export interface Move {
  readonly name: string
  /** What is applied; undefined: nothing ever was, 'unknown': something is, and nothing tells what. */
  readonly from: Installation | undefined | 'unknown'
  /** Full id of a commit that declares `from`; reviews that it has already count no more. */
  readonly since?: string | undefined
  /** Undefined where it is removed. */
  readonly to: Installation | undefined
  /** Full id. */
  readonly head: string
}

type Reviews = ReadonlyMap<string, ClusterReview>

/** Decides whether installations may follow a commit, where they move only as merged changes were reviewed. */
export class ReviewedPlans {
  readonly #options: ReviewedPlansOptions
  readonly #held = new Set<string>()
  #reviews: Reviews = new Map()
  /** The head for which the branch was read. */
  #readFor: string | undefined
  #reading: Promise<unknown> | undefined

  constructor(options: ReviewedPlansOptions) {
    this.#options = options
  }

  /** Names of the installations that are held. */
  get held(): ReadonlySet<string> {
    return this.#held
  }

  /** Whether the configuration requires it of all installations. */
  get areAllRequired(): boolean {
    return this.#options.rule.requireReviewedPlan === true
  }

  isRequired(installation: Pick<Installation, 'requiresReview'> | undefined): boolean {
    return this.areAllRequired || installation?.requiresReview === true
  }

  /** Why an installation may not follow the commit; none where it may. */
  async check(move: Move): Promise<readonly Fault[]> {
    const found = await this.#check(move)
    if (found === undefined) this.#held.delete(move.name)
    else this.#held.add(move.name)
    return found ? [found] : []
  }

  /** Reads the reviews anew. @returns whether there are others than before @throws FaultError if the remote is away */
  async refresh(signal?: AbortSignal): Promise<boolean> {
    const before = this.#reviews
    this.#reviews = await this.#options.reviews(signal)
    return this.#reviews !== before
  }

  /** Drops what is remembered of installations that are gone. */
  forget(name: string): void {
    this.#held.delete(name)
  }

  async #check(move: Move): Promise<Fault | undefined> {
    const { name, from, to, head } = move
    const before = from === 'unknown' ? undefined : from
    const { sealer, repository } = this.#options
    const key = sealer()
    if (key === undefined) return fault('not-reviewed', `${name}: Reeve has no key to know its reviews by`)
    const stateOf = (installation: Installation | undefined) =>
      installation ? key.digest(stateStatement(repository, declaredState(installation))) : ABSENT
    const step = { name, from: from === 'unknown' ? UNKNOWN : stateOf(from), to: stateOf(to) }
    if (step.from === step.to) return undefined
    await this.#readOnce(head)
    const accepted = acceptedPlans(await this.#options.commits(move.since ?? head, head))
    const digestOf = (transition: Transition) => key.digest(acceptedStatement(repository, transition))
    const accepts = (a: string, b: string) =>
      accepted.size > 0 && accepted.has(digestOf({ name, from: a, to: b }))
    const merged = await this.#transitions(move, key, true)
    const reached = (steps: readonly Transition[]) => isReached(step.from, step.to, { steps, accepts })
    if (reached(merged.map(({ transition }) => transition))) return undefined
    const planned = await this.#transitions(move, key, false)
    const open = [...merged, ...planned].map(({ transition }) => transition)
    if (planned.length > 0 && reached(open)) {
      const changes = [...new Set(planned.map(({ change }) => quoted(change)))].join(', ')
      return fault('review-not-merged', `${name}: ${changes}`)
    }
    const isDirect = merged.length === 0 && planned.length === 0
    const { directPush } = this.#options.rule
    if (isDirect && from !== 'unknown' && !isHeldDirectly(before, to, directPush)) return undefined
    const why = isDirect ? 'no merged change was reviewed for it' : 'its reviews were for something else'
    return fault('not-reviewed', `${name}: ${why}; its digest is ${digestOf(step)}`)
  }

  /** What reviews let happen to the installation. */
  async #transitions(
    { name, since, head }: Move,
    sealer: Sealer,
    areMerged: boolean,
  ): Promise<readonly { readonly change: string; readonly transition: Transition }[]> {
    const { repository, ancestry } = this.#options
    const found: { readonly change: string; readonly transition: Transition }[] = []
    for (const [change, review] of this.#reviews) {
      const transitions = review.allows?.transitions.filter((each) => each.name === name) ?? []
      if (transitions.length === 0) continue
      const options = { sealer, repository, change }
      if (areMerged !== isMerged(review, options)) continue
      if (!areMerged && !isPlanned(review, options)) continue
      const { commit = '' } = review.merged ?? {}
      const isNew = async () => since === undefined || !(await ancestry.has(since, commit))
      if (areMerged && !((await ancestry.has(head, commit)) && (await isNew()))) continue
      found.push(...transitions.map((transition) => ({ change, transition })))
    }
    return found
  }

  /** Reads the branch once for a commit: later changes of it are told by refresh. */
  async #readOnce(head: string): Promise<void> {
    if (this.#readFor !== head) {
      this.#readFor = head
      this.#reading = this.refresh().catch((error: unknown) => {
        if (!(error instanceof FaultError)) throw error
        this.#readFor = undefined // what was read before counts until the remote answers
      })
    }
    await this.#reading
  }
}
