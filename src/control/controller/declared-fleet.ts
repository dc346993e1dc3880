import { containedLater, type OnUnforeseen } from '../../model/contained.ts'
import type { Fault, FaultError } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import type { Installation } from '../../model/installation.ts'
import { OWN_GROUP } from '../../model/labels.ts'
import { idOf } from '../../model/object.ts'
import { type Revision, revisionAt } from '../../model/revision.ts'
import { installationId } from '../../stages/declare/installation-id.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { appliedOf } from '../../stages/plan/applied.ts'
import { resolve } from '../../stages/plan/resolve.ts'
import { lastGoodRevision } from '../../stages/report/last-good-revision.ts'
import { isSyncedAt } from '../../stages/report/last-synced-revision.ts'
import type { Reporter } from '../../stages/report/reporter.ts'
import { crdsIn, type DesiredState, desiredStateOf, desiredStateWith } from '../fleet/desired-state.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { type Ancestry, provenCommit } from '../fleet/held-commit.ts'
import { withLostGroups } from '../fleet/lost-groups.ts'
import { containedMember, isHeld, type Member, memberOf, type Target } from '../fleet/member.ts'
import { leftBehind, ownedBy } from '../planner/owned.ts'
import type { Proofs } from '../planner/proofs.ts'

export interface DeclaredFleetOptions {
  readonly view: ClusterView
  readonly reporter: Reporter
  /** Whether Reeve made an object. */
  readonly proofs: Proofs
  /** Of namespaced objects that name none. */
  readonly namespace: string
  /** The same commit declared again: charts may be rendered otherwise for other kinds that are served. */
  readonly redeclare: (fleet: Fleet) => Promise<Fleet>
  /** An installation as an earlier revision of it was, from Git; undefined where that can't be had, or not yet. */
  readonly installationAt: (revision: Revision, id: string) => Promise<Installation | undefined>
  readonly onUnforeseen: OnUnforeseen
  readonly ancestry: Ancestry
  /** Whether the records are those that this Reeve wrote last: others may write to the status branch. */
  readonly areRecordsOwn: () => boolean
}

/** What Git declares at the commit that the fleet is at, against the kinds that the cluster serves. */
export class DeclaredFleet {
  readonly #options: DeclaredFleetOptions
  #declared: DesiredState = desiredStateOf([])
  #fleet: Fleet | undefined
  /** Members that were found to be accepted as a whole where they are, or that were there before. */
  readonly #proven = new WeakSet<Member>()
  /** What installations were at before the head that is not proven yet, by name. */
  readonly #good = new Map<string, Target>()
  /** Ids by name of installations that Git no longer declares but that left objects behind. */
  #leftBehind: ReadonlyMap<string, string> = new Map()

  constructor(options: DeclaredFleetOptions) {
    this.#options = options
  }

  /** Full id; undefined before the first. */
  get commit(): string | undefined {
    return this.#fleet?.commit.oid
  }

  get declared(): DesiredState {
    return this.#declared
  }

  /** Whether some object waits for its kind to be served. */
  get waitsForKind(): boolean {
    return this.#isBlocked('unknown-kind') || this.lacksOwnKinds
  }

  /** Whether there are documents of Reeve's own that the cluster can't hold. */
  get lacksOwnKinds(): boolean {
    const { kinds } = this.#options.view
    const made = [...(this.#fleet?.made.values() ?? [])]
    return made.some((each) =>
      each.kinds.some((kind) => kind.group === OWN_GROUP && kinds.resource(kind) === undefined),
    )
  }

  /** Whether some object waits for an aggregated API to answer. */
  get waitsForApi(): boolean {
    return this.#isBlocked('unavailable')
  }

  /** The same fleet against the kinds that are served now. */
  async refresh(): Promise<void> {
    if (this.#fleet !== undefined) await this.moveTo(await this.#options.redeclare(this.#fleet))
  }

  async moveTo(fleet: Fleet): Promise<void> {
    const { view, reporter } = this.#options
    view.declareCrds(crdsIn(fleet))
    const heads = withLostGroups(fleet, (name) => reporter.get(name))
    const revision = revisionAt(fleet.commit.oid)
    const members = await Promise.all(heads.map((head) => this.#member(head, revision)))
    const declared = desiredStateOf(members, this.#declared)
    await view.watchKinds(declared.kinds)
    await view.watchOwned()
    // All at once, and last: whoever fails before this is asked to move again.
    this.#noteGood(declared)
    this.#declared = declared
    this.#fleet = fleet
    reporter.moveTo(fleet.commit.oid)
  }

  /** Names of declared installations, and of those that are gone but may have left objects behind. */
  names(before: DesiredState): ReadonlySet<string> {
    const { view, reporter, proofs } = this.#options
    const records = [...reporter.all()].map(({ name }) => name)
    this.#leftBehind = leftBehind(view.cache, this.#declared, records, proofs)
    const declared = [...this.#declared.members.keys(), ...before.members.keys()]
    return new Set([...declared, ...records, ...this.#leftBehind.keys()])
  }

  /** The id of an installation, the value of its objects' label. */
  idOf(name: string): string {
    return this.#declared.members.get(name)?.id ?? this.#leftBehind.get(name) ?? installationId(name)
  }

  /** The installation of a label's value, declared or left behind. */
  nameOf(id: string): string | undefined {
    const declared = this.#declared.names.get(id)
    if (declared !== undefined) return declared
    return [...this.#leftBehind].find(([, leftId]) => leftId === id)?.[0]
  }

  /** Whether nothing is to be found out before it is applied as it is: it is no advance, or one that is accepted. */
  isProven(member: Member): boolean {
    return member.attempted.faults.length > 0 || this.#proven.has(member)
  }

  /** What an installation is at, where that is not the head, or where it is not known yet to be accepted there. */
  appliedOf(name: string): Revision | undefined {
    const member = this.#declared.members.get(name)
    if (member === undefined) return undefined
    if (isHeld(member)) return member.target?.revision
    return this.isProven(member) ? undefined : this.#goodRevision(member.attempted)
  }

  /** An installation that is held, as it would be at the head. */
  atHead({ attempted, secrets }: Member): Member {
    const { view, namespace } = this.#options
    const kept = { installation: attempted, revision: revisionAt(this.commit ?? '') }
    return memberOf(attempted, kept, { kinds: view.kinds, namespace }, secrets)
  }

  /**
   * Keeps an installation at its last good revision.
   * @returns false where the fleet has moved on meanwhile
   */
  async hold(member: Member, refused: readonly Fault[]): Promise<boolean> {
    const { view, namespace } = this.#options
    const { attempted, secrets } = member
    const kept = await this.#lastGood(attempted, member, this.commit ?? '')
    return this.#replace(
      member,
      memberOf(attempted, kept, { kinds: view.kinds, namespace }, secrets, refused),
    )
  }

  /** Moves an installation to what it is found to be accepted at; false as above. */
  async advance(member: Member, accepted: Member): Promise<boolean> {
    this.#proven.add(accepted)
    if (member === accepted) return this.#declared.members.get(member.name) === member
    return this.#replace(member, accepted)
  }

  async #replace(member: Member, by: Member): Promise<boolean> {
    const declared = desiredStateWith(this.#declared, by)
    await this.#options.view.watchKinds(declared.kinds)
    if (this.#declared.members.get(member.name) !== member) return false
    this.#declared = desiredStateWith(this.#declared, by)
    return true
  }

  /** What is proven now is what an installation goes back to where its next head is refused. */
  #noteGood({ members }: DesiredState): void {
    for (const name of this.#good.keys()) if (!members.has(name)) this.#good.delete(name)
    for (const [name, known] of this.#declared.members) {
      const isLeft = members.get(name) !== known && members.has(name)
      if (isLeft && known.target && this.#isGood(known)) this.#good.set(name, known.target)
    }
  }

  /** Whether what it is kept at is known to be good: proven, or not the head. */
  #isGood(member: Member): boolean {
    return member.target?.installation !== member.attempted || this.#proven.has(member)
  }

  #isBlocked(code: FaultCode): boolean {
    const members = [...this.#declared.members.values()]
    return members.some(({ blocked }) => blocked.some((plan) => plan.fault.code === code))
  }

  async #member(attempted: Installation, revision: Revision): Promise<Member> {
    const { view, reporter, namespace, onUnforeseen } = this.#options
    const known = this.#declared.members.get(attempted.name)
    const isSame = known?.attempted === attempted
    if (isSame && known.kinds === view.kinds && (attempted.faults.length === 0 || known.target)) return known
    const placement = { kinds: view.kinds, namespace }
    const parts = { attempted, placement, known, onUnforeseen }
    if (isSame && known.refused.length > 0)
      return containedMember({ ...parts, target: known.target, refused: known.refused })
    if (attempted.faults.length > 0)
      return containedMember({ ...parts, target: await this.#lastGood(attempted, known, revision.own) })
    const member = containedMember({ ...parts, target: { installation: attempted, revision } })
    const wasProven = isSame && this.#proven.has(known)
    if (wasProven || (known === undefined && isSyncedAt(attempted.source, reporter.get(attempted.name))))
      this.#proven.add(member)
    return member
  }

  #goodRevision({ name }: Installation): Revision | undefined {
    return this.#good.get(name)?.revision ?? lastGoodRevision(this.#options.reporter.get(name))
  }

  /**
   * Where an installation is held: as this process knew it, or as the record says; asked again as long as
   * that can't be had.
   * @param commit full id of the head
   */
  #lastGood(head: Installation, known: Member | undefined, commit: string): Promise<Target | undefined> {
    if (known?.target && this.#isGood(known)) return Promise.resolve(known.target)
    const good = this.#good.get(head.name)
    if (good !== undefined) return Promise.resolve(good)
    const { onUnforeseen } = this.#options
    const unit = { what: `what ${head.name} was before`, instead: () => undefined, onUnforeseen }
    return containedLater<Target | undefined>(unit, () => this.#recorded(head, commit)).catch(
      (error: FaultError) => {
        onUnforeseen(error, error.fault)
        return undefined
      },
    )
  }

  /** As the record says, where that is this Reeve's own; else as far as the cluster bears it out. */
  async #recorded(head: Installation, commit: string): Promise<Target | undefined> {
    const { reporter, areRecordsOwn, installationAt } = this.#options
    const recorded = lastGoodRevision(reporter.get(head.name))
    const isOwn = areRecordsOwn()
    const revision = isOwn ? recorded : await this.#provenRevision(head.id, commit, recorded)
    const installation = revision && (await installationAt(revision, head.id))
    if (!installation || installation.faults.length > 0) return undefined
    return { installation: isOwn ? installation : this.#withoutMissing(installation), revision }
  }

  async #provenRevision(
    id: string,
    head: string,
    recorded: Revision | undefined,
  ): Promise<Revision | undefined> {
    const { view, ancestry } = this.#options
    await view.watchOwned()
    const marks = new Set(ownedBy(id, view.cache).flatMap((live) => appliedOf(live)?.revision.own ?? []))
    const commit = await provenCommit({ recorded: recorded?.own, head, marks }, ancestry)
    return commit === undefined ? undefined : recorded?.own === commit ? recorded : revisionAt(commit)
  }

  /** Only what is there is healed: what is missing may have been removed after the commit. */
  #withoutMissing(installation: Installation): Installation {
    const { view, namespace } = this.#options
    const { objects } = resolve(installation, view.kinds, { namespace })
    const there = objects.filter(({ key }) => view.cache.get(idOf(key)) !== undefined)
    return { ...installation, objects: there }
  }
}
