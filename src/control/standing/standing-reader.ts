import { FaultError, fault } from '../../model/fault.ts'
import type { GroupReport } from '../../model/group-report.ts'
import type { Settings } from '../../model/settings.ts'
import { type DeclaredTree, declareTree } from '../../stages/declare/declare-tree.ts'
import { ruledGroup } from '../../stages/edit/ruling-group.ts'
import { readRecordDocument } from '../../stages/rollout/record-document.ts'
import type { Log } from '../../support/telemetry/log.ts'
import { readingWith } from '../fleet/leave-encrypted.ts'
import { openForReading, type RepositoryParts } from '../fleet/repository-parts.ts'
import { type RolloutHead, RolloutHeads } from '../rollout/rollout-head.ts'
import { CommitNames, namedCommit } from './commit-names.ts'
import { memberStandings } from './member-standings.ts'
import { ringOrder } from './ring-order.ts'
import type { GroupStanding, Standing } from './standing.ts'
import { StatusFiles } from './status-files.ts'

export interface StandingOptions {
  readonly settings: Settings
  readonly log: Log
  /** The one group to tell of, with its members; by default all, without. */
  readonly group: string | undefined
}

/** Reads how rollouts are doing, again and again. */
export class StandingReader implements AsyncDisposable {
  readonly #options: StandingOptions
  readonly #parts: RepositoryParts
  readonly #files: StatusFiles
  readonly #names: CommitNames
  readonly #heads = new RolloutHeads()
  #head: { readonly tree: DeclaredTree; readonly head: RolloutHead } | undefined
  #last: Standing | undefined

  private constructor(options: StandingOptions, parts: RepositoryParts) {
    const { repository } = parts
    this.#options = options
    this.#parts = parts
    this.#files = new StatusFiles(repository.outbox)
    this.#names = new CommitNames(repository, options.settings.branch)
  }

  /** Does not contact the remote yet. @throws FaultError bad-option, bad-proxy, data-dir-unusable */
  static async open(options: StandingOptions): Promise<StandingReader> {
    return new StandingReader(options, await openForReading(options.settings, options.log))
  }

  /**
   * How rollouts are doing now: the same object as before where neither branch moved.
   * @throws FaultError git-no-branch, unknown-group, no-rollout, git-unreachable, git-unauthorized
   */
  async read(signal?: AbortSignal): Promise<Standing> {
    const { branch, statusBranch } = this.#options.settings
    const { repository } = this.#parts
    const options = signal ? { signal } : {}
    const told = await repository.outbox.fetch(statusBranch, options)
    if (told === undefined) throw new FaultError(fault('git-no-branch', statusBranch))
    const listed = await repository.headOf(branch, options)
    const isSame = this.#last?.told.commit === told && this.#last.head.commit === listed
    if (this.#last !== undefined && isSame) return this.#last
    const { head, tree } = await this.#headAt(await repository.fetch(branch, options))
    const files = await repository.outbox.files(told)
    const groups = await this.#groups(head, tree, files)
    const toldBy = await repository.outbox.readCommit(told)
    this.#last = {
      statusBranch,
      told: toldBy ? namedCommit(toldBy) : { commit: told },
      branch,
      head: await this.#names.of(head.commit),
      groups,
    }
    return this.#last
  }

  async #headAt(commit: string) {
    if (this.#head?.head.commit === commit) return this.#head
    const snapshot = await this.#parts.snapshotAt(commit)
    const { decrypt } = readingWith(this.#options.settings.keys ?? {})
    const tree = await declareTree(snapshot, { decrypt, onUnforeseen: () => {} }, this.#head?.tree)
    this.#head = { tree, head: this.#heads.of({ snapshot, tree }) }
    return this.#head
  }

  async #groups(
    head: RolloutHead,
    tree: DeclaredTree,
    files: ReadonlyMap<string, string>,
  ): Promise<readonly GroupStanding[]> {
    const { group } = this.#options
    if (group !== undefined) ruledGroup(tree, group)
    const wanted = [...head.groups.values()].filter(({ name }) => group === undefined || name === group)
    const reports = await this.#files.groups(
      files,
      wanted.map(({ name }) => name),
    )
    const groups: GroupStanding[] = []
    for (const { name, rollout } of wanted)
      groups.push({ name, rollout, ...(await this.#told(reports.get(name))) })
    if (group === undefined) return ringOrder(groups)
    const members = [...head.members.values()].filter((member) => member.group === group)
    const recorded = await this.#files.members(
      files,
      members.map(({ name }) => name),
    )
    return groups.map((each) => ({
      ...each,
      members: memberStandings(each, members, (name) => recorded.get(name)),
    }))
  }

  async #told(report: GroupReport | undefined): Promise<Pick<GroupStanding, 'report' | 'record' | 'at'>> {
    if (report === undefined) return {}
    const record = readRecordDocument(report.record)
    return { report, at: await this.#names.of(report.commit), ...(record && { record }) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]()
  }
}
