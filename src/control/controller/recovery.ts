import { FaultError } from '../../model/fault.ts'
import { firstOf } from '../../model/first-of.ts'
import type { Installation } from '../../model/installation.ts'
import { describeKey, idOf, type ObjectKey } from '../../model/object.ts'
import { type Revision, revisionAt } from '../../model/revision.ts'
import type { Change, InstallationStatus, Outcome } from '../../model/status.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { appliedOf } from '../../stages/plan/applied.ts'
import { resolve } from '../../stages/plan/resolve.ts'
import { recordedRevision } from '../../stages/report/recorded-revision.ts'
import type { Log } from '../../support/telemetry/log.ts'
import type { DesiredState } from '../fleet/desired-state.ts'

/** Places of the newest commits, the head's is 0. */
type Positions = ReadonlyMap<string, number>

/** Maximum number of names in a list. */
const NAMED = 3

export interface RecoveryOptions {
  readonly view: ClusterView
  /** Namespace of namespaced objects that name none. */
  readonly namespace: string
  /**
   * Full ids of the newest commits up to one, newest first, as far as they are in the local clone. More are fetched
   * first where `needed` is given and not among them.
   */
  readonly recentCommits: (head: string, needed?: string) => Promise<readonly string[]>
  /** Reads an installation at an earlier revision from Git; undefined if unavailable. */
  readonly installationAt: (revision: Revision, id: string) => Promise<Installation | undefined>
  readonly log: Log
}

export interface Unrecorded {
  readonly name: string
  readonly id: string
  readonly declared: DesiredState
  /** Full id of the head. */
  readonly head: string
  /** Record of the earlier process; undefined if it wrote none. */
  readonly record: InstallationStatus | undefined
  /** Outcomes of the first round that looked at the whole installation. */
  readonly outcomes: readonly Outcome[]
}

/**
 * Finds writes that an earlier process made and ended before it recorded them, as the marks of objects tell:
 * an object was written for a commit that the record does not know, or whose writes it does not list. A drift
 * that was put back leaves no trace.
 */
export class Recovery {
  readonly #options: RecoveryOptions
  #recent: { readonly head: string; readonly positions: Promise<Positions> } | undefined
  /** Whether history was fetched that a new clone lacks; once has to do. */
  #hasFetched = false

  constructor(options: RecoveryOptions) {
    this.#options = options
  }

  /** The writes; none if an earlier commit that would tell is unavailable. */
  async find(unrecorded: Unrecorded): Promise<readonly Change[]> {
    const writes = await this.#find(unrecorded).catch((error: unknown) => {
      if (!(error instanceof FaultError)) throw error
      return []
    })
    if (writes.length > 0) {
      const written = writes.map(({ object }) => object)
      this.#options.log.info(
        { installation: unrecorded.name, objects: firstOf(written, NAMED) },
        'recovered writes that an earlier process did not record',
      )
    }
    return writes
  }

  async #find(unrecorded: Unrecorded): Promise<readonly Change[]> {
    // A record that does not list all writes cannot tell which are missing.
    if (unrecorded.record?.moreChanges !== undefined) return []
    return [...(await this.#applied(unrecorded)), ...(await this.#deleted(unrecorded))]
  }

  async #applied({ record, head, outcomes }: Unrecorded): Promise<readonly Change[]> {
    const listed = new Set(record?.changes.map(({ object, commit }) => `${object} ${commit}`))
    const candidates = outcomes.flatMap(({ result, key }) => {
      const live = result === 'unchanged' ? this.#options.view.cache.get(idOf(key)) : undefined
      const revision = live && appliedOf(live)?.revision
      const object = describeKey(key)
      return revision && !listed.has(`${object} ${revision.own}`) ? [{ object, revision }] : []
    })
    const isUnrecorded = candidates.length > 0 ? await this.#isUnrecordedAt(record, head) : () => false
    return candidates
      .filter(({ revision: { own, inherited } }) => isUnrecorded(own) || isUnrecorded(inherited))
      .map(({ object, revision }) => ({
        object,
        action: 'applied',
        reason: 'recovered',
        commit: revision.own,
      }))
  }

  /** Whether a write for a commit is in no record, given that the record does not list it. */
  async #isUnrecordedAt(
    record: InstallationStatus | undefined,
    head: string,
  ): Promise<(commit: string) => boolean> {
    if (record === undefined) return () => true
    const positions = await this.#positionsWith(record.commit, head)
    const recorded = positions.get(record.commit)
    // Of a history that was rewritten since, nothing tells which commits came after the record.
    if (recorded === undefined) return (commit) => commit === record.commit && listsAll(record)
    return (commit) =>
      commit === record.commit ? listsAll(record) : (positions.get(commit) ?? recorded) < recorded
  }

  /** Those of the newest commits, with a certain one if it can be had. */
  async #positionsWith(commit: string, head: string): Promise<Positions> {
    const positions = await this.#positions(head)
    if (positions.has(commit) || this.#hasFetched) return this.#positions(head)
    this.#hasFetched = true
    this.#recent = undefined
    return this.#positions(head, commit)
  }

  #positions(head: string, needed?: string): Promise<Positions> {
    if (this.#recent?.head !== head) {
      const positions = this.#commits(head, needed).then(
        (ids) => new Map(ids.map((id, index) => [id, index])),
      )
      this.#recent = { head, positions }
    }
    return this.#recent.positions
  }

  /** Those that are here do where the remote does not answer. */
  async #commits(head: string, needed: string | undefined): Promise<readonly string[]> {
    const { recentCommits } = this.#options
    try {
      return await recentCommits(head, needed)
    } catch (error) {
      if (needed === undefined || !(error instanceof FaultError)) throw error
      return recentCommits(head)
    }
  }

  /** Objects that Git declared before, and that are gone like their declarations. */
  async #deleted(unrecorded: Unrecorded): Promise<readonly Change[]> {
    const { id, declared, head, record, outcomes } = unrecorded
    if (record === undefined) return []
    const { view } = this.#options
    const revisions = await this.#revisionsBefore(unrecorded, record)
    const keys = (await Promise.all(revisions.map((revision) => this.#keysAt(revision, id)))).flat()
    const known = new Set([
      ...record.changes.flatMap(({ action, object }) => (action === 'deleted' ? object : [])),
      ...outcomes.map(({ key }) => describeKey(key)),
    ])
    const ran = new Set(record.jobs?.map(({ object }) => object))
    const gone = keys
      .filter((key) => !declared.claims.has(idOf(key)) && !ran.has(idOf(key)))
      .filter((key) => view.cache.isWatched(key) && view.cache.get(idOf(key)) === undefined)
      .map(describeKey)
    return [...new Set(gone)]
      .filter((object) => !known.has(object))
      .map((object) => ({ object, action: 'deleted', reason: 'recovered', commit: head }))
  }

  /** Revisions that declare what may have been deleted and not recorded. */
  async #revisionsBefore(
    { name, declared, head }: Unrecorded,
    record: InstallationStatus,
  ): Promise<readonly Revision[]> {
    const source = declared.members.get(name)?.attempted.source ?? ''
    const recorded = record.source === source ? [] : [record.applied ?? recordedRevision(record)]
    // What the record's commit removed may not all have been recorded while it was not done.
    if (record.done === undefined && record.state !== 'deleting') return recorded
    const positions = await this.#positionsWith(record.commit, head)
    const index = positions.get(record.commit)
    const before = index === undefined ? undefined : [...positions.keys()][index + 1]
    return before === undefined ? recorded : [...recorded, revisionAt(before)]
  }

  async #keysAt(revision: Revision, id: string): Promise<readonly ObjectKey[]> {
    const { installationAt, view, namespace } = this.#options
    const installation = await installationAt(revision, id)
    if (installation === undefined || installation.faults.length > 0) return []
    return resolve(installation, view.kinds, { namespace }).objects.map(({ key }) => key)
  }
}

/** Whether a record lists all writes for its commit; earlier versions of Reeve listed those of one sync. */
function listsAll({ changes }: InstallationStatus): boolean {
  return changes.every(({ commit }) => commit !== undefined)
}
