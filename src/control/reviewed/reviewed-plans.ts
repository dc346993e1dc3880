import { type Fault, FaultError, fault } from '../../model/fault.ts'
import type { Installation } from '../../model/installation.ts'
import { quoted } from '../../model/quoted.ts'
import type { Revision } from '../../model/revision.ts'
import type { ReviewSettings } from '../../model/settings.ts'
import type { VouchedCommit } from '../../model/snapshot.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import type { ClusterReview, Transition } from '../../stages/review/cluster-review.ts'
import { acceptedPlans } from '../../stages/review/reviewed/accepted-plans.ts'
import { ABSENT, declaredState, UNKNOWN } from '../../stages/review/reviewed/declared-state.ts'
import { isHeldDirectly } from '../../stages/review/reviewed/is-held-directly.ts'
import { isReached } from '../../stages/review/reviewed/is-reached.ts'
import { type SealedTransition, sealedTransitions } from '../../stages/review/reviewed/sealed-transitions.ts'
import { acceptedStatement, stateStatement } from '../../stages/review/reviewed/statements.ts'
import type { Ancestry } from '../fleet/held-commit.ts'
import { arePartsReviewed, type Parts } from './reviewed-parts.ts'

export interface ReviewedPlansOptions {
  /** Name of the Repository. */
  readonly repository: string
  readonly cluster: string
  readonly rule: Pick<ReviewSettings, 'requireReviewedPlan' | 'directPush'>
  /** Namespace of the objects of installations that name none. */
  readonly namespace: string
  /** Undefined without a key: then nothing counts as reviewed. */
  readonly sealer: () => Sealer | undefined
  /** Reads the reviews on this cluster's branch, by name of the change. @throws FaultError */
  readonly reviews: (signal?: AbortSignal) => Promise<ReadonlyMap<string, ClusterReview>>
  readonly ancestry: Pick<Ancestry, 'has'>
  /** Commits reachable from `to` but not from `from`, always with `to`. */
  readonly commits: (from: string, to: string) => Promise<readonly VouchedCommit[]>
  /** Reads an installation at an earlier revision from Git; undefined if unavailable. */
  readonly installationAt: (revision: Revision, id: string) => Promise<Installation | undefined>
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
  /** Where a rollout moves it: what both are made from. */
  readonly parts?: Parts | undefined
  /** Full id. */
  readonly head: string
}

type Whole = Omit<Move, 'parts'>
type Reviews = ReadonlyMap<string, ClusterReview>

/** What the reviews of a branch let happen, as a key proves it. */
interface Sealed {
  readonly reviews: Reviews
  readonly sealer: Sealer
  readonly transitions: ReadonlyMap<string, readonly SealedTransition[]>
}

/** Decides whether installations may follow a commit, where they move only as merged changes were reviewed. */
export class ReviewedPlans {
  readonly #options: ReviewedPlansOptions
  readonly #held = new Set<string>()
  #reviews: Reviews = new Map()
  #sealed: Sealed | undefined
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
    const found = await this.#refusal(move)
    return found && (await this.#arePartsReviewed(move)) ? undefined : found
  }

  async #arePartsReviewed({ name, from, to, parts, head }: Move): Promise<boolean> {
    if (parts === undefined || to === undefined || from === 'unknown') return false
    const { installationAt } = this.#options
    return arePartsReviewed(parts, {
      from,
      to,
      at: (revision) => installationAt(revision, to.id),
      isSame: (a, b) => declaredState(a) === declaredState(b),
      isReached: (move) => this.#isReached({ name, head, ...move }),
      isAllowed: async (move) => (await this.#refusal({ name, head, ...move })) === undefined,
    })
  }

  /** Whether merged reviews lead all the way. */
  async #isReached(move: Whole): Promise<boolean> {
    const key = this.#options.sealer()
    if (key === undefined) return false
    const { from, to } = this.#stepOf(move, key)
    const { merged } = await this.#transitions(move, key)
    const steps = merged.map(({ transition }) => transition)
    return from === to || isReached(from, to, { steps, accepts: () => false })
  }

  #stepOf({ name, from, to }: Whole, key: Sealer): Transition {
    const { repository } = this.#options
    const stateOf = (installation: Installation | undefined) =>
      installation ? key.digest(stateStatement(repository, declaredState(installation))) : ABSENT
    return { name, from: from === 'unknown' ? UNKNOWN : stateOf(from), to: stateOf(to) }
  }

  /** Why it may not move as a whole. */
  async #refusal(move: Whole): Promise<Fault | undefined> {
    const { name, from, to, head } = move
    const before = from === 'unknown' ? undefined : from
    const { sealer, repository } = this.#options
    const key = sealer()
    if (key === undefined) return fault('not-reviewed', `${name}: Reeve has no key to know its reviews by`)
    const step = this.#stepOf(move, key)
    if (step.from === step.to) return undefined
    if (from === undefined && to?.objects.length === 0) return undefined // nothing is written
    await this.#readOnce(head)
    const accepted = acceptedPlans(await this.#options.commits(move.since ?? head, head))
    const digestOf = (transition: Transition) => key.digest(acceptedStatement(repository, transition))
    const accepts = (a: string, b: string) =>
      accepted.size > 0 && accepted.has(digestOf({ name, from: a, to: b }))
    const reached = (steps: readonly SealedTransition[]) =>
      isReached(step.from, step.to, { steps: steps.map(({ transition }) => transition), accepts })
    const { merged, open } = await this.#transitions(move, key)
    if (reached(merged)) return undefined
    if (open.length > 0 && reached([...merged, ...open])) {
      const changes = [...new Set(open.map(({ change }) => quoted(change)))].join(', ')
      return fault('review-not-merged', `${name}: ${changes}`)
    }
    const isDirect = merged.length === 0 && open.length === 0
    const { rule, namespace } = this.#options
    const direct = { rule: rule.directPush, areAllRequired: this.areAllRequired, namespace }
    if (isDirect && from !== 'unknown' && !isHeldDirectly(before, to, direct)) return undefined
    const why = isDirect ? 'no merged change was reviewed for it' : 'its reviews were for something else'
    return fault('not-reviewed', `${name}: ${why}; its digest is ${digestOf(step)}`)
  }

  /** What reviews of changes that the commit has, and of those that are not merged, let happen to the installation. */
  async #transitions(
    { name, since, head }: Whole,
    sealer: Sealer,
  ): Promise<Readonly<Record<'merged' | 'open', readonly SealedTransition[]>>> {
    const { ancestry } = this.#options
    const merged: SealedTransition[] = []
    const open: SealedTransition[] = []
    for (const each of this.#sealedBy(sealer).get(name) ?? []) {
      if (each.merged === undefined) open.push(each)
      else if (!(await ancestry.has(head, each.merged))) continue
      else if (since === undefined || !(await ancestry.has(since, each.merged))) merged.push(each)
    }
    return { merged, open }
  }

  /** Proven once for all installations. */
  #sealedBy(sealer: Sealer): Sealed['transitions'] {
    const reviews = this.#reviews
    if (this.#sealed?.reviews !== reviews || this.#sealed.sealer !== sealer) {
      const { repository } = this.#options
      this.#sealed = { reviews, sealer, transitions: sealedTransitions(reviews, { sealer, repository }) }
    }
    return this.#sealed.transitions
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
