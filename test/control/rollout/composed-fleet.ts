import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { CommitTrees } from '../../../src/control/fleet/commit-trees.ts'
import type { Fleet } from '../../../src/control/fleet/fleet.ts'
import { FleetDeclarer } from '../../../src/control/fleet/fleet-declarer.ts'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { Renderers } from '../../../src/control/fleet/renderers.ts'
import { RolloutRecords } from '../../../src/control/rollout/rollout-records.ts'
import { Rollouts } from '../../../src/control/rollout/rollouts.ts'
import type { GroupReport } from '../../../src/model/group-report.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { Secret } from '../../../src/model/secret.ts'
import type { Snapshot } from '../../../src/model/snapshot.ts'
import type { InstallationState, InstallationStatus, Problem } from '../../../src/model/status.ts'
import { NO_TENANCY } from '../../../src/model/tenancy.ts'
import { Sealer } from '../../../src/stages/plan/sealer.ts'
import { Statuses } from '../../../src/stages/report/statuses.ts'
import { type RepositoryFiles, snapshotOf } from '../../helpers/declare-files.ts'

/** A fleet whose rollouts are driven without a cluster: what becomes of installations is what a test says. */
export class ComposedFleet implements AsyncDisposable {
  readonly statuses = new Statuses()
  readonly rollouts: Rollouts
  /** Documents as they were saved, each in the order of its saves. */
  readonly saves: [string, JsonObject][] = []
  /** Number of times that something was decided beside a commit. */
  turns = 0
  /** Number of earlier commits that were read. */
  reads = 0
  now = Date.parse('2026-01-05T10:00:00Z')
  /** Commits that are gone from Git. */
  readonly gone = new Set<string>()
  /** What reading an earlier commit fails with; undefined while it does not. */
  readError: Error | undefined
  /** How long each decision waits for others of the fleet, in ms. */
  queueMs = 0
  /** What saving a record fails with; undefined while it does not. */
  saveError: Error | undefined
  reports: readonly GroupReport[] = []
  readonly #snapshots = new Map<string, Snapshot>()
  #onTurn: (tookMs: number) => void = () => {}
  readonly #declarer: FleetDeclarer
  readonly #renderers: Renderers
  #files: RepositoryFiles = {}

  constructor() {
    const keyring = new Keyring()
    const { decrypt } = keyring
    const log = pino({ level: 'silent' })
    const onUnforeseen = (error: unknown) => {
      throw error
    }
    const snapshotAt = async (commit: string) => {
      this.reads += 1
      if (this.readError) throw this.readError
      return this.gone.has(commit) ? undefined : this.#snapshots.get(commit)
    }
    const renderers = new Renderers({ decrypt })
    const declarer = new FleetDeclarer({
      source: { snapshotAt: async (commit) => this.#at(commit), keyring },
      placement: { namespace: 'default', accounts: NO_TENANCY.accounts },
      renderers,
      pastRelease: () => undefined,
      onUnforeseen,
      onRetry: () => {},
      log,
    })
    const sealer = new Sealer(new Secret(Buffer.alloc(32, 7).toString('base64')))
    this.#renderers = renderers
    this.#declarer = declarer
    this.rollouts = new Rollouts({
      statuses: this.statuses,
      trees: new CommitTrees({ snapshotAt, decrypt, onUnforeseen }),
      renderers,
      records: new RolloutRecords({
        copies: {
          load: async () => new Map(),
          save: async (group, document) => {
            if (this.saveError) throw this.saveError
            this.saves.push([group, document])
          },
        },
        recorded: () => ({ records: new Map(), areOwn: true }),
        sealer: () => sealer,
        now: () => this.now,
      }),
      sealer: () => sealer,
      areRecordsOwn: () => true,
      history: {
        at: async () => ({ order: [...this.#snapshots.keys()], approved: new Map(), forced: new Map() }),
      },
      readMarks: async () => {},
      marksOf: () => [],
      isSeen: () => true,
      recompose: () => declarer.recompose(),
      inTurn: async (action) => {
        this.turns += 1
        if (this.queueMs > 0) await sleep(this.queueMs)
        const start = performance.now()
        await declarer.inTurn.run(action)
        this.#onTurn(performance.now() - start)
      },
      reverts: { note: () => {} },
      checks: {
        state: () => ({ isChecking: false, checks: [] }),
        note: () => {},
        onNews: () => {},
        [Symbol.asyncDispose]: async () => {},
      },
      onReports: (reports) => {
        this.reports = reports
      },
      now: () => this.now,
      onUnforeseen,
      log,
    })
    declarer.composeWith(this.rollouts)
  }

  get fleet(): Fleet {
    const { fleet } = this.#declarer
    if (fleet === undefined) throw new Error('nothing was pushed yet')
    return fleet
  }

  /** Commits these files beside those before, and moves the fleet there. @returns the commit */
  async push(files: RepositoryFiles): Promise<string> {
    this.#files = { ...this.#files, ...files }
    const oid = createHash('sha1').update(`commit ${this.#snapshots.size}`).digest('hex')
    const commit = { oid, message: '', parents: [], committer: '', time: this.now / 1000 }
    this.#snapshots.set(oid, { ...snapshotOf(this.#files), commit })
    await this.#declarer.moveTo(oid)
    return oid
  }

  /** All that has an object is in a state, as far as was pushed. */
  all(state: InstallationState): void {
    for (const name of this.fleet.installations.keys()) this.is(name, state)
  }

  /** One is in a state. */
  is(name: string, state: InstallationState, problems: readonly Problem[] = []): void {
    this.statuses.update({ ...this.#statusOf(name, state), problems })
  }

  /** Has it decided again. @returns how long that takes, in ms */
  decide(): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>()
    this.#onTurn = resolve
    this.rollouts.soon(0)
    return promise
  }

  report(group: string): GroupReport | undefined {
    return this.reports.find(({ name }) => name === group)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.rollouts[Symbol.dispose]()
    this.#declarer[Symbol.dispose]()
    await this.#renderers[Symbol.asyncDispose]()
  }

  #at(commit: string): Snapshot {
    const snapshot = this.#snapshots.get(commit)
    if (snapshot === undefined) throw new Error(`there is no commit ${commit}`)
    return snapshot
  }

  #statusOf(name: string, state: InstallationState): InstallationStatus {
    const { installations, compositions, commit } = this.fleet
    const source = installations.get(name)?.source ?? ''
    const inherits = compositions.inherits.get(name)
    return {
      name,
      source,
      commit: commit.oid,
      state,
      problems: [],
      objects: { declared: 1, healthy: state === 'healthy' ? 1 : 0 },
      changes: [],
      ...(inherits && { inherits }),
    }
  }
}
