import type { Fault } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import type { Inherits } from '../../model/inherits.ts'
import type { Installation } from '../../model/installation.ts'
import { OWN_GROUP } from '../../model/labels.ts'
import type { GroupVersionKind } from '../../model/object.ts'
import { isWhole, type Revision, revisionAt } from '../../model/revision.ts'
import { installationId } from '../../stages/declare/installation-id.ts'
import { isApplied } from '../../stages/plan/applied.ts'
import { isSyncedAt } from '../../stages/report/last-synced-revision.ts'
import { type Compositions, composedOf, NO_COMPOSITIONS } from '../fleet/compositions.ts'
import { crdsIn, type DesiredState, desiredStateOf, desiredStateWith } from '../fleet/desired-state.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { withLostGroups } from '../fleet/lost-groups.ts'
import { containedMember, isHeld, type Member, memberOf, type Target } from '../fleet/member.ts'
import type { Proofs } from '../gates/proofs.ts'
import { isGoing, leftBehind, ownedBy } from '../planner/owned.ts'
import type { Parts } from '../reviewed/reviewed-parts.ts'
import { LastGood, type LastGoodOptions } from './last-good.ts'

export interface DeclaredFleetOptions extends LastGoodOptions {
  /** Tells whether Reeve made an object. */
  readonly proofs: Proofs
}

/**
 * Desired state of each installation: the head of the branch, or its last good revision while the head has
 * faults or would be refused.
 */
export class DeclaredFleet {
  readonly #options: DeclaredFleetOptions
  readonly #lastGood: LastGood
  #declared: DesiredState = desiredStateOf([])
  #commit: string | undefined
  /** What its installations are made from, where that is not all of the commit. */
  #compositions: Compositions = NO_COMPOSITIONS
  /** The kinds of Reeve's own documents, each once. */
  #ownKinds: readonly GroupVersionKind[] = []
  /** Members whose target was checked and accepted as a whole, or was synced before this process started. */
  readonly #proven = new WeakSet<Member>()
  /** Ids by name of undeclared installations that left objects behind. */
  #leftBehind: ReadonlyMap<string, string> = new Map()
  /** The same by id. */
  #namesLeftBehind: ReadonlyMap<string, string> = new Map()
  /** Names by id of installations that Git declared before, or that have a record. */
  readonly #former = new Map<string, string>()
  /** What was applied of installations that are no longer declared, by name. */
  readonly #removed = new Map<string, Target | 'allowed'>()
  /** The commit that an empty cluster was brought to, and its installations: there was nothing to review them against. */
  #firstCommit: string | undefined
  readonly #bootstrapped = new WeakSet<Installation>()
  /** Whether a move is under way, which is about to replace the desired state. */
  #isMoving = false

  constructor(options: DeclaredFleetOptions) {
    this.#options = options
    this.#lastGood = new LastGood(options)
  }

  /** Full id; undefined before the first. */
  get commit(): string | undefined {
    return this.#commit
  }

  get declared(): DesiredState {
    return this.#declared
  }

  /** Whether some object waits for its kind to be served. */
  get waitsForKind(): boolean {
    return this.#isBlocked('unknown-kind') || this.lacksOwnKinds
  }

  /** Whether Git declares documents of Reeve's own kinds that the cluster does not serve. */
  get lacksOwnKinds(): boolean {
    const { kinds } = this.#options.view
    return this.#ownKinds.some((kind) => kinds.resource(kind) === undefined)
  }

  /** Whether some object waits for an aggregated API to answer. */
  get waitsForApi(): boolean {
    return this.#isBlocked('unavailable')
  }

  async moveTo(fleet: Fleet): Promise<void> {
    this.#isMoving = true
    try {
      await this.#moveTo(fleet)
    } finally {
      this.#isMoving = false
    }
  }

  /** Names of installations that are or were declared, that have a record, or that left objects behind. */
  names(before: DesiredState): ReadonlySet<string> {
    const records = [...this.#options.statuses.all()].map(({ name }) => name)
    this.#lookForLeftBehind()
    const declared = [...this.#declared.members.keys(), ...before.members.keys()]
    return new Set([...declared, ...records, ...this.#leftBehind.keys()])
  }

  /** Names of undeclared installations that are newly found to have left objects behind. */
  findLeftBehind(): readonly string[] {
    const before = this.#leftBehind
    this.#lookForLeftBehind()
    return [...this.#leftBehind.keys()].filter((name) => !before.has(name))
  }

  /** Id of an installation: the value of its objects' label. */
  idOf(name: string): string {
    return this.#declared.members.get(name)?.id ?? this.#leftBehind.get(name) ?? installationId(name)
  }

  /** Installation of a label's value, declared or left behind. */
  nameOf(id: string): string | undefined {
    return this.#declared.names.get(id) ?? this.#namesLeftBehind.get(id)
  }

  /** Installation of a label's value that Git declares or declared before. */
  everDeclared(id: string): string | undefined {
    return this.#declared.names.get(id) ?? this.#former.get(id)
  }

  /**
   * Notes that an object with this label's value appeared: its kind could not be watched when its
   * installation was removed, or it was restored.
   */
  noteSeen(id: string): void {
    const { view, proofs } = this.#options
    const isSettled = this.#commit !== undefined && !this.#isMoving
    if (!isSettled || this.nameOf(id) !== undefined) return
    if (ownedBy(id, view.cache).some((object) => isGoing(object, proofs))) this.#lookForLeftBehind()
  }

  #lookForLeftBehind(): void {
    const { view, statuses, proofs } = this.#options
    const records = [...statuses.all()].map(({ name }) => name)
    this.#leftBehind = leftBehind(view.cache, this.#declared, records, proofs)
    this.#namesLeftBehind = new Map([...this.#leftBehind].map(([name, id]) => [id, name]))
  }

  /** Whether it can be applied unchecked: it is not an advance, or was already accepted. */
  isProven(member: Member): boolean {
    return member.attempted.faults.length > 0 || this.#proven.has(member)
  }

  /** Revision of an installation that is not at the head, or not yet known to be accepted there. */
  appliedOf(name: string): Revision | undefined {
    const member = this.#declared.members.get(name)
    if (member === undefined) return undefined
    if (isHeld(member)) return member.target?.isPreparation ? undefined : member.target?.revision
    return this.isProven(member) ? undefined : this.#lastGood.revisionOf(name)
  }

  /** Revision that an installation is to be brought to, where that is not all of the head. */
  revisionOf(name: string): Revision | undefined {
    return composedOf(this.#compositions, name)?.revision
  }

  /** What an installation is made from before and after a move, where a rollout has a part in it. */
  partsOf({ name, target }: Member, from: Revision | undefined): Parts | undefined {
    const composed = composedOf(this.#compositions, name)
    const isMixed = [from, target?.revision].some((revision) => revision && !isWhole(revision))
    if (target === undefined || (composed === undefined && !isMixed && !this.inheritsOf(name)))
      return undefined
    const isPinned = composed?.declared.declaration.pinned !== undefined
    return { from, to: target.revision, isPinned }
  }

  /** What an installation is made from, where a rollout moves it. */
  inheritsOf(name: string): Inherits | undefined {
    return this.#compositions.inherits.get(name)
  }

  /** Why an installation is not brought to what its documents say yet. */
  waitOf(name: string): string | undefined {
    return this.#compositions.waits.get(name)
  }

  /** A held installation as it would be, were it not held. */
  atHead({ name, attempted, secrets }: Member): Member {
    const { view, namespace } = this.#options
    const revision = this.revisionOf(name) ?? revisionAt(this.commit ?? '')
    const kept = { installation: attempted, revision }
    return memberOf(attempted, kept, { kinds: view.kinds, namespace }, secrets)
  }

  /**
   * Keeps an installation at its last good revision.
   * @param preparation what of it is there beforehand, where it was never at any
   * @returns false if the fleet moved meanwhile
   */
  async hold(member: Member, refused: readonly Fault[], preparation?: Target): Promise<boolean> {
    const { view, namespace } = this.#options
    const { attempted, secrets } = member
    const kept = preparation ?? (await this.#goodTarget(attempted, member, this.commit ?? ''))
    return this.#replace(
      member,
      memberOf(attempted, kept, { kinds: view.kinds, namespace }, secrets, refused),
    )
  }

  /** Moves an installation to an accepted member; false if the fleet moved meanwhile. */
  async advance(member: Member, accepted: Member): Promise<boolean> {
    this.#proven.add(accepted)
    this.#removed.delete(member.name)
    if (member === accepted) return this.#declared.members.get(member.name) === member
    return this.#replace(member, accepted)
  }

  async #moveTo(fleet: Fleet): Promise<void> {
    const { view, statuses } = this.#options
    view.declareCrds(crdsIn(fleet))
    const heads = withLostGroups(fleet, (name) => statuses.get(name))
    const commit = fleet.commit.oid
    const { compositions } = fleet
    const members = await Promise.all(heads.map((head) => this.#member(head, commit, compositions)))
    const declared = desiredStateOf(members, this.#declared)
    await view.watchKinds(declared.kinds)
    await view.watchOwned()
    // Publish only after every step succeeded, so that a failed move can be retried.
    this.#noteFormer(declared)
    this.#noteFirst(fleet)
    await this.#noteRemoved(declared)
    this.#lastGood.note(this.#declared, declared, (member) => this.#isGood(member))
    this.#declared = declared
    this.#commit = commit
    this.#compositions = compositions
    this.#ownKinds = ownKindsIn(fleet)
    statuses.moveTo(commit)
  }

  #noteFormer({ names }: DesiredState): void {
    if (this.#commit === undefined)
      for (const { name } of this.#options.statuses.all()) this.#former.set(installationId(name), name)
    if (names === this.#declared.names) return
    for (const [id, name] of this.#declared.names) if (!names.has(id)) this.#former.set(id, name)
  }

  /** Remembers what was applied of installations that are no longer declared, where they may not go unreviewed. */
  async #noteRemoved({ members }: DesiredState): Promise<void> {
    const { isReviewRequired } = this.#options
    for (const [name, removed] of this.#removed)
      if (members.has(name) && removed === 'allowed') this.#removed.delete(name)
    for (const [name, member] of this.#declared.members) {
      const states = [member.attempted, ...(member.target ? [member.target.installation] : [])]
      if (members.has(name) || !states.some(isReviewRequired)) continue
      const target = await this.#goodTarget(member.attempted, member, this.#commit ?? '')
      if (target) this.#removed.set(name, target)
    }
  }

  /** Whether nothing was ever applied here, as far as records and objects tell, or only this commit was. */
  #noteFirst(fleet: Fleet): void {
    const { view, statuses } = this.#options
    const { oid } = fleet.commit
    const isEmpty = () => [...statuses.all()].length === 0 && ![...view.cache.all()].some(isApplied)
    if (this.#commit === undefined && isEmpty()) this.#firstCommit = oid
    if (this.#firstCommit !== oid) return
    for (const installation of fleet.installations.values()) this.#bootstrapped.add(installation)
  }

  async #replace(member: Member, by: Member): Promise<boolean> {
    const declared = desiredStateWith(this.#declared, by)
    await this.#options.view.watchKinds(declared.kinds)
    if (this.#declared.members.get(member.name) !== member) return false
    this.#declared = desiredStateWith(this.#declared, by)
    return true
  }

  /** Whether its target is known to be good: proven, or not the head. */
  #isGood(member: Member): boolean {
    const { target, attempted } = member
    if (target?.isPreparation) return false
    return target?.installation !== attempted || this.#proven.has(member)
  }

  #isBlocked(code: FaultCode): boolean {
    const members = [...this.#declared.members.values()]
    return members.some(({ blocked }) => blocked.some((plan) => plan.fault.code === code))
  }

  async #member(attempted: Installation, commit: string, compositions: Compositions): Promise<Member> {
    const { view, statuses, namespace, onUnforeseen } = this.#options
    const known = this.#declared.members.get(attempted.name)
    const isSame = known?.attempted === attempted
    if (isSame && known.kinds === view.kinds && (attempted.faults.length === 0 || known.target)) return known
    const placement = { kinds: view.kinds, namespace }
    const parts = { attempted, placement, known, onUnforeseen }
    if (isSame && known.refused.length > 0)
      return containedMember({ ...parts, target: known.target, refused: known.refused })
    if (attempted.faults.length > 0)
      return containedMember({ ...parts, target: await this.#goodTarget(attempted, known, commit) })
    const revision = composedOf(compositions, attempted.name)?.revision ?? revisionAt(commit)
    const member = containedMember({ ...parts, target: { installation: attempted, revision } })
    const wasProven = isSame && this.#proven.has(known)
    const isSynced = known === undefined && isSyncedAt(attempted.source, statuses.get(attempted.name))
    if (wasProven || (isSynced && this.#areRecordsTrusted(attempted))) this.#proven.add(member)
    return member
  }

  /** Others may write to the status branch: no review is passed over on their word. */
  #areRecordsTrusted(installation: Installation): boolean {
    const { areRecordsOwn, isReviewRequired } = this.#options
    return areRecordsOwn() || !isReviewRequired(installation)
  }

  /** What is applied of an installation that is not yet known to be accepted at the head; undefined if nothing tells. */
  appliedTarget(member: Member): Promise<Target | undefined> {
    return this.#goodTarget(member.attempted, member, this.commit ?? '')
  }

  /** The same of an installation that is no longer declared; 'allowed' once it may be removed. */
  async removedTarget(name: string, id: string): Promise<Target | 'allowed' | undefined> {
    return this.#removed.get(name) ?? this.#lastGood.findByMarks(id, this.commit ?? '')
  }

  /** Notes that an installation which is no longer declared may be removed, however many rounds that takes. */
  allowRemoval(name: string): void {
    this.#removed.set(name, 'allowed')
  }

  /** What is applied, as far as this process knows, of the installation of a label's value. */
  knownInstallation(id: string): Installation | undefined {
    const name = this.everDeclared(id) ?? ''
    const removed = this.#removed.get(name)
    if (removed !== undefined && removed !== 'allowed') return removed.installation
    const member = this.#declared.members.get(name)
    return member?.target?.installation ?? member?.attempted
  }

  /** Whether the cluster has objects that are marked as an installation's. */
  hasObjects(id: string): boolean {
    return ownedBy(id, this.#options.view.cache).length > 0
  }

  /** Whether this Reeve declared it so at the first commit that it applied to a cluster without anything of it. */
  isBootstrapped(installation: Installation): boolean {
    return this.#bootstrapped.has(installation)
  }

  /** @param commit full id of the head */
  async #goodTarget(
    head: Installation,
    known: Member | undefined,
    commit: string,
  ): Promise<Target | undefined> {
    if (known?.target && this.#isGood(known)) return known.target
    const removed = this.#removed.get(head.name)
    return removed !== undefined && removed !== 'allowed' ? removed : this.#lastGood.find(head, commit)
  }
}

function ownKindsIn({ made }: Fleet): readonly GroupVersionKind[] {
  const kinds = [...made.values()].flatMap(({ kinds }) => kinds.filter(({ group }) => group === OWN_GROUP))
  return [...new Map(kinds.map((kind) => [`${kind.version} ${kind.kind}`, kind])).values()]
}
