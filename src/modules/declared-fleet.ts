import { installationId } from '../declare/installation-id.ts'
import type { FaultCode } from '../model/fault-table.ts'
import type { Installation } from '../model/installation.ts'
import { OWN_GROUP } from '../model/labels.ts'
import { idOf } from '../model/object.ts'
import type { InstallationStatus } from '../model/status.ts'
import { appliedOf } from '../plan/applied.ts'
import { resolve } from '../plan/resolve.ts'
import type { Reporter } from '../report/reporter.ts'
import type { ClusterView } from './cluster-view.ts'
import { crdsIn, type Declared, declaredBy, type Held, type Member, memberOf } from './declared.ts'
import type { Fleet } from './fleet.ts'
import { type Ancestry, provenCommit } from './held-commit.ts'
import { withLostGroups } from './lost-groups.ts'
import { leftBehind, ownedBy } from './owned.ts'

export interface DeclaredFleetOptions {
  readonly view: ClusterView
  readonly reporter: Reporter
  /** Of namespaced objects that name none. */
  readonly namespace: string
  /** The same commit declared again: charts may be rendered otherwise for other kinds that are served. */
  readonly redeclare: (fleet: Fleet) => Promise<Fleet>
  /** An installation as an earlier commit declared it, from Git; undefined where that can't be had. */
  readonly installationAt: (commit: string, id: string) => Promise<Installation | undefined>
  readonly ancestry: Ancestry
  /** Whether the records are those that this Reeve wrote last: others may write to the status branch. */
  readonly areRecordsOwn: () => boolean
}

/** What Git declares at the commit that the fleet is at, against the kinds that the cluster serves. */
export class DeclaredFleet {
  readonly #options: DeclaredFleetOptions
  #declared: Declared = declaredBy([])
  #fleet: Fleet | undefined
  /** Ids by name of installations that Git no longer declares but that left objects behind. */
  #leftBehind: ReadonlyMap<string, string> = new Map()

  constructor(options: DeclaredFleetOptions) {
    this.#options = options
  }

  /** Full id; undefined before the first. */
  get commit(): string | undefined {
    return this.#fleet?.commit.oid
  }

  get declared(): Declared {
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
    const members = await Promise.all(heads.map((head) => this.#member(head, fleet.commit.oid)))
    const declared = declaredBy(members, this.#declared)
    await view.watchKinds(declared.kinds)
    await view.watchOwned()
    // All at once, and last: whoever fails before this is asked to move again.
    this.#declared = declared
    this.#fleet = fleet
    reporter.moveTo(fleet.commit.oid)
  }

  /** Names of declared installations, and of those that are gone but may have left objects behind. */
  names(before: Declared): ReadonlySet<string> {
    const { view, reporter } = this.#options
    const records = [...reporter.all()].map(({ name }) => name)
    this.#leftBehind = leftBehind(view.cache, this.#declared, records)
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

  #isBlocked(code: FaultCode): boolean {
    const members = [...this.#declared.members.values()]
    return members.some(({ blocked }) => blocked.some((plan) => plan.fault.code === code))
  }

  async #member(head: Installation, commit: string): Promise<Member> {
    const { view, namespace } = this.#options
    const known = this.#declared.members.get(head.name)
    if (known?.head === head && known.kinds === view.kinds) return known
    const kept =
      head.faults.length === 0 ? { installation: head, commit } : await this.#lastGood(head, commit, known)
    return memberOf(head, kept, { kinds: view.kinds, namespace }, known?.secrets)
  }

  /** Where an installation with faults is held: as this process knew it, or as the record says. */
  async #lastGood(
    head: Installation,
    headCommit: string,
    known: Member | undefined,
  ): Promise<Held | undefined> {
    if (known !== undefined) return known.kept
    const { reporter, areRecordsOwn, installationAt } = this.#options
    const recorded = lastGoodCommit(reporter.get(head.name))
    const isOwn = areRecordsOwn()
    const commit = isOwn ? recorded : await this.#provenCommit(head.id, headCommit, recorded)
    const installation = commit && (await installationAt(commit, head.id))
    if (!installation || installation.faults.length > 0) return undefined
    return { installation: isOwn ? installation : this.#withoutMissing(installation), commit }
  }

  async #provenCommit(id: string, head: string, recorded: string | undefined): Promise<string | undefined> {
    const { view, ancestry } = this.#options
    await view.watchOwned()
    const marks = new Set(ownedBy(id, view.cache).flatMap((live) => appliedOf(live)?.commit ?? []))
    return provenCommit({ recorded, head, marks }, ancestry)
  }

  /** Only what is there is healed: what is missing may have been removed after the commit. */
  #withoutMissing(installation: Installation): Installation {
    const { view, namespace } = this.#options
    const { objects } = resolve(installation, view.kinds, { namespace })
    const there = objects.filter(({ key }) => view.cache.get(idOf(key)) !== undefined)
    return { ...installation, objects: there }
  }
}

/** The record's commit, unless that is one with faults. */
function lastGoodCommit(record: InstallationStatus | undefined): string | undefined {
  return record?.applied ?? (record?.state === 'invalid' ? undefined : record?.commit)
}
