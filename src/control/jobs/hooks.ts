import { createHash } from 'node:crypto'
import { type Fault, fault } from '../../model/fault.ts'
import type { HookEvent, HookedChange, HookRun } from '../../model/hook-run.ts'
import type { DeclaredHook, Installation } from '../../model/installation.ts'
import { writeJson } from '../../model/json.ts'
import type { Gated } from '../../model/operation.ts'
import type { Revision } from '../../model/revision.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { formatRevision } from '../../stages/plan/applied.ts'
import { lastSyncedRevision } from '../../stages/report/last-synced-revision.ts'
import type { Unfinished } from '../../stages/report/status-of.ts'
import { asHook } from './as-hook.ts'
import { AFTER, BEFORE, changeKind } from './change-kind.ts'
import { deleteJobsFor } from './delete-jobs.ts'
import { InstallationJobs, type InstallationJobsOptions, placeOf } from './installation-jobs.ts'
import type { Operations } from './operations.ts'

export interface HooksOptions extends InstallationJobsOptions {
  /** Some of which come before a change. */
  readonly operations: Pick<Operations, 'resolved' | 'noteRun'>
  /** Whether this Reeve wrote the latest records. */
  readonly areRecordsOwn: () => boolean
}

/** A move of an installation that nothing else speaks against. */
export interface Move {
  readonly installation: Installation
  /** Whether anything is written by it. */
  readonly isWriting: boolean
  readonly isSuspended: boolean
}

/** What the hooks of an event came to. */
type Result =
  | { readonly is: 'over' }
  | { readonly is: 'running' | 'failed'; readonly hook: DeclaredHook; readonly run: HookRun }

/**
 * Runs the Jobs that installations declare as hooks, around what happens to them. What ran is in the records; a Job's
 * name says what it runs for, so that another process finds those that this one made.
 */
export class Hooks implements AsyncDisposable {
  readonly #options: HooksOptions
  readonly #jobs: InstallationJobs
  /** By names of installations that have hooks. */
  readonly #changes = new Map<string, HookedChange>()
  /** Service accounts that made Jobs, by names of installations. */
  readonly #accounts = new Map<string, string>()

  constructor(options: HooksOptions) {
    this.#options = options
    this.#jobs = new InstallationJobs(options)
  }

  /** The latest change of an installation, for its record; undefined where it has no hooks. */
  changeOf(name: string): HookedChange | undefined {
    return this.#changes.get(name) ?? this.#recorded(name)
  }

  /** Whether some Job is not known to have ended. */
  get isBusy(): boolean {
    return this.#jobs.isBusy
  }

  /** Why an installation does not move yet, or at all; nothing where it may. */
  beforeMove(move: Move): readonly Fault[] {
    const { installation, isWriting, isSuspended } = move
    const { name, source, hibernated } = installation
    const hooks = hooksOf(installation)
    if (hooks.length === 0) {
      this.forget(name)
      return []
    }
    const record = this.#options.record(name)
    const known = this.changeOf(name)
    const earlier = known?.source === source ? undefined : this.#runningOf(installation, known)
    if (earlier)
      return [fault('hook-running', `${earlier.hook}, for an earlier commit: Job ${earlier.job} runs`)]
    const kind = isWriting ? changeKind(record, hibernated === true) : 'none'
    const change =
      known?.source === source ? known : this.#begin(name, { kind, source, from: fromOf(record) })
    const event = BEFORE[change.kind]
    if (event === undefined || !hooks.some(({ events }) => events.includes(event))) return []
    if (isSuspended) return [fault('hook-running', `${name} is suspended`)]
    return faultsOf(this.#run(installation, change, event))
  }

  /** Why an installation that Git no longer declares does not go yet; undefined where it may. */
  beforeRemoval(installation: Installation, revision: Revision): Fault | undefined {
    const { name } = installation
    if (!hooksOf(installation).some(({ events }) => events.includes('pre-delete'))) return undefined
    const source = formatRevision(revision)
    const known = this.changeOf(name)
    const isKnown = known?.kind === 'removal' && known.source === source
    const change = isKnown ? known : this.#begin(name, { kind: 'removal', source, from: '' })
    return faultsOf(this.#run(installation, change, 'pre-delete'))[0]
  }

  /** What of an installation is not over although everything else is well. */
  afterMove(installation: Installation): readonly Unfinished[] {
    const { name, source } = installation
    const change = this.changeOf(name)
    const event = change?.source === source ? AFTER[change.kind] : undefined
    if (change === undefined || event === undefined || change.isOver) return []
    const result = this.#run(installation, change, event)
    if (result.is === 'over') {
      this.#changes.set(name, { ...(this.changeOf(name) ?? change), isOver: true })
      return []
    }
    const { run } = result
    const [namespace = '', job = ''] = run.job.split('/')
    const status = result.is === 'failed' ? 'degraded' : 'progressing'
    const message = `hook ${run.hook} (${run.event}): ${run.message ?? 'it runs'}`
    return [{ key: { group: 'batch', kind: 'Job', namespace, name: job }, health: { status, message } }]
  }

  /** Has the hooks run that a failure calls for, once for each change. */
  afterFailure(installation: Installation): void {
    const { name, source } = installation
    const change = this.changeOf(name)
    if (change?.kind === 'sync' && change.source === source && !change.isOver)
      this.#run(installation, change, 'sync-fail')
  }

  /** Drops what is known of an installation's hooks. */
  forget(name: string): void {
    this.#changes.delete(name)
    this.#accounts.delete(name)
    this.#jobs.forget(name)
  }

  /** Deletes what hooks left of an installation that is gone. */
  async noteGone(name: string, id: string): Promise<void> {
    const { client, repository, guard, log } = this.#options
    const account = this.#accounts.get(name)
    this.forget(name)
    await deleteJobsFor(id, { client, account, repository, guard, log })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#jobs[Symbol.asyncDispose]()
  }

  /** Others may write to the status branch: a success that nobody saw is looked for at its Job. */
  #recorded(name: string): HookedChange | undefined {
    const { record, areRecordsOwn } = this.#options
    const change = record(name)?.hooks
    if (change === undefined || areRecordsOwn()) return change
    const { isOver: _, runs, ...rest } = change
    return { ...rest, runs: runs.filter(({ state }) => state !== 'succeeded') }
  }

  /** A run of an earlier change that is not over: what comes next waits for it. */
  #runningOf(installation: Installation, change: HookedChange | undefined): HookRun | undefined {
    return change?.runs.find(
      ({ job, state }) => state === 'running' && this.#jobs.stillRuns(installation, job),
    )
  }

  #begin(name: string, begun: Omit<HookedChange, 'runs'>): HookedChange {
    this.#jobs.forget(name)
    const change: HookedChange = { ...begun, runs: [] }
    this.#changes.set(name, change)
    return change
  }

  /** Runs the hooks of an event, those of one weight together, and tells the first that is not over. */
  #run(installation: Installation, change: HookedChange, event: HookEvent): Result {
    const hooks = hooksOf(installation).filter((hook) => isDue(hook, event, change))
    const byWeight = [...Map.groupBy(hooks, ({ weight }) => weight)].sort(([one], [other]) => one - other)
    for (const [, group] of byWeight) {
      const runs = group.map((hook) => ({ hook, run: this.#runOne(installation, change, event, hook) }))
      const failed = runs.find(({ run }) => run.state === 'failed')
      if (failed) return { is: 'failed', ...failed }
      const open = runs.find(({ run }) => run.state !== 'succeeded')
      if (open) return { is: 'running', ...open }
    }
    return { is: 'over' }
  }

  #runOne(installation: Installation, change: HookedChange, event: HookEvent, hook: DeclaredHook): HookRun {
    const { name, serviceAccount: account } = installation
    const { operations } = this.#options
    const { operation } = hook
    if (account !== undefined) this.#accounts.set(name, account)
    const resolved = operation && operations.resolved(name, operation)
    const task = { installation, hook, event, change, resolved }
    const job = this.#jobs.jobOf(task)
    const place = placeOf(job)
    const recorded = this.changeOf(name)?.runs.find((run) => run.job === place && run.event === event)
    if (recorded?.state === 'succeeded') return recorded
    const told = this.#jobs.run(task, job)
    if (operation)
      operations.noteRun(name, operation.name, { occasion: occasionOf(change), job: place, told })
    const { result: _, ...state } = told
    const run: HookRun = { hook: hook.declared.object.metadata.name, event, job: place, ...state }
    this.#note(name, run)
    return run
  }

  #note(name: string, run: HookRun): void {
    const change = this.changeOf(name)
    if (change === undefined) return
    const others = change.runs.filter(({ job, event }) => job !== run.job || event !== run.event)
    this.#changes.set(name, { ...change, runs: [...others, run] })
  }
}

const EVENTS: Readonly<Record<Gated, HookEvent>> = {
  move: 'pre-sync',
  delete: 'pre-delete',
  hibernate: 'pre-hibernate',
}

/** Its hooks, and before them the operations that come before something. */
function hooksOf({ hooks = [], operations = [] }: Installation): readonly DeclaredHook[] {
  const before = operations.filter((each) => each.before.length > 0 && !each.isSuspended)
  const first = before.map((operation) => ({
    ...asHook(operation),
    events: operation.before.map((each) => EVENTS[each]),
    weight: Number.NEGATIVE_INFINITY,
  }))
  return [...first, ...hooks]
}

/** Before the first sync there is nothing that an operation could be about. */
function isDue({ events, operation }: DeclaredHook, event: HookEvent, { from }: HookedChange): boolean {
  return events.includes(event) && (operation === undefined || event !== 'pre-sync' || from !== '')
}

function occasionOf({ kind, source, from }: HookedChange): string {
  return `${kind} ${createHash('sha256')
    .update(writeJson([source, from]))
    .digest('hex')
    .slice(0, 16)}`
}

function faultsOf(result: Result): readonly Fault[] {
  if (result.is === 'over') return []
  const { hook, run } = result
  const { file, line } = hook.declared.origin
  const details = `${run.hook} (${run.event}): ${run.message ?? `Job ${run.job} runs`}`
  return [
    fault(result.is === 'failed' ? 'hook-failed' : 'hook-running', details, { location: { file, line } }),
  ]
}

function fromOf(record: InstallationStatus | undefined): string {
  const revision = lastSyncedRevision(record)
  return revision === undefined ? '' : formatRevision(revision)
}
