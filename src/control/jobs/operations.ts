import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { fault } from '../../model/fault.ts'
import type { DeclaredHook, DeclaredOperation, Installation } from '../../model/installation.ts'
import type { OperationRecord, OperationResult } from '../../model/operation.ts'
import { rfc3339 } from '../../model/rfc3339.ts'
import type { InstallationStatus } from '../../model/status.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import type { Fence } from '../../stages/plan/tenancy/refusal-of.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { type Log, logUnforeseen } from '../../support/telemetry/log.ts'
import { lastDue, nextDue } from './due-times.ts'
import { hookJob, RUN_LABEL } from './hook-job.ts'
import { jobRefusal } from './job-refusal.ts'
import { type Resolved, resolveOperations } from './operation-references.ts'
import { operationResult } from './operation-result.ts'
import { Places } from './places.ts'
import { RunningJobs, type Told } from './running-jobs.ts'
import { isSealedResult, sealedResult } from './sealed-result.ts'

export interface OperationsOptions {
  readonly client: ClusterClient
  /** Name of the Repository. */
  readonly repository: string
  /** Namespace of what names none. */
  readonly namespace: string
  /** What the configuration allows. */
  readonly guard: Fence
  /** Record of an installation. */
  readonly record: (name: string) => InstallationStatus | undefined
  /** Seals what operations told; undefined where there is no key. */
  readonly sealer: () => Sealer | undefined
  /** Whether this Reeve wrote the latest records. */
  readonly areRecordsOwn: () => boolean
  /** Service account of a declared installation; undefined where it acts as Reeve itself, or is not declared. */
  readonly accountOf: (name: string) => string | undefined
  /** Called when there is something new to tell of an installation, or to do for it. */
  readonly onNews: (name: string) => void
  readonly log: Log
  /** ms since the epoch. */
  readonly now?: () => number
}

/** Longest delay until a clock that was set is noticed, in milliseconds. */
const LONGEST_MS = 60_000

/**
 * Runs the operations of installations: once for each version, or at the times of their schedules; of times that were
 * missed, the latest. What came of them is in the records of the installations, where other operations find it.
 */
export class Operations implements AsyncDisposable {
  readonly #options: OperationsOptions
  readonly #jobs: RunningJobs
  readonly #timers = new Timers()
  /** By names of installations, then of operations. */
  readonly #records = new Map<string, ReadonlyMap<string, OperationRecord>>()
  readonly #places: Places

  constructor(options: OperationsOptions) {
    const { client, onNews, log } = options
    this.#options = options
    const onUnforeseen = logUnforeseen(log)
    this.#places = new Places(onNews)
    this.#jobs = new RunningJobs({
      client,
      label: RUN_LABEL,
      onNews,
      onUnforeseen: (error) => onUnforeseen(error, fault('internal', String(error))),
    })
  }

  /** What is known of the operations of an installation, for its record; empty where it has none. */
  recordsOf(name: string): readonly OperationRecord[] {
    return [...this.#known(name).values()]
  }

  /** The Job of an operation with what others told, or what it waits for. */
  resolved(installation: string, { job, from = installation }: DeclaredOperation): Resolved {
    const { accountOf } = this.#options
    // What others say ends up in a Job of this one.
    if (accountOf(from) !== accountOf(installation))
      return { missing: `what ${from} tells, as it acts as another account,` }
    return resolveOperations(job, this.recordsOf(from))
  }

  /** Notes how an operation is doing that came before something. */
  noteRun(
    installation: string,
    { name }: DeclaredOperation,
    occasion: string,
    job: string,
    told: Told,
  ): void {
    this.#note(installation, name, occasion, job, told)
  }

  /** Has those run that are due, once their installation is well. */
  look({ name, operations = [], ...installation }: Installation, isWell: boolean): void {
    this.#drop(name, operations)
    for (const operation of operations) {
      if (operation.before.length > 0 || operation.isSuspended) continue
      const occasion = this.#occasionOf(name, operation)
      const known = this.#known(name).get(operation.name)
      const state = known?.occasion === occasion ? known?.state : undefined
      if (occasion === undefined || (!isWell && state === undefined)) continue
      if (state === 'succeeded') continue // one that failed runs again where its Job is deleted
      this.#run({ name, ...installation }, operation, occasion)
    }
  }

  /** Drops what is known of an installation's operations. */
  forget(name: string): void {
    this.#records.delete(name)
    this.#jobs.forget(name)
    this.#places.forget(name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timers[Symbol.dispose]()
    await this.#jobs[Symbol.asyncDispose]()
  }

  /** What it is to run for now; undefined for nothing yet. A schedule begins when it is first seen. */
  #occasionOf(name: string, operation: DeclaredOperation): string | undefined {
    if (operation.schedule === undefined) return operation.digest
    const now = this.#now()
    const known = this.#known(name).get(operation.name)
    this.#wakeAt(name, operation, now)
    const since = known && Date.parse(known.occasion)
    if (since === undefined || Number.isNaN(since)) {
      const last = known?.last
      this.#set(name, { name: operation.name, occasion: rfc3339(now), ...(last && { last }) })
      return undefined
    }
    const due = lastDue(operation, now)
    if (due !== undefined && due > since) return rfc3339(due)
    return known?.state === undefined ? undefined : known.occasion
  }

  #wakeAt(name: string, operation: DeclaredOperation, now: number): void {
    const due = nextDue(operation, now)
    if (due === undefined) return
    const { onNews } = this.#options
    const wake = (): void => {
      if (this.#now() >= due) onNews(name)
      else this.#timers.set(`${name} ${operation.name}`, Math.min(due - this.#now(), LONGEST_MS), wake)
    }
    this.#timers.set(`${name} ${operation.name}`, Math.min(due - now, LONGEST_MS), wake)
  }

  #run(installation: Installation, operation: DeclaredOperation, occasion: string): void {
    const { name, secrets, serviceAccount: account } = installation
    const { repository, namespace, guard } = this.#options
    if (!this.#places.take(operation.name, name, operation.concurrency)) return
    const resolved = this.resolved(name, operation)
    const hook = asHook(operation, 'job' in resolved ? resolved.job : operation.job)
    const change = { source: operation.digest, from: occasion }
    const job = hookJob({
      hook,
      event: 'operation',
      change,
      installation,
      repository,
      namespace,
      spec: operation.job,
    })
    const place = `${job.metadata.namespace}/${job.metadata.name}`
    const refusal = jobRefusal(job, account, operation.declared.origin, guard)
    const told: Told = refusal
      ? { state: 'failed', message: refusal.message }
      : 'missing' in resolved
        ? { state: 'waiting', message: `${resolved.missing} has no value yet` }
        : this.#jobs.of({
            installation: name,
            job,
            account,
            mayQuote: secrets === undefined && this.#options.record(name)?.heldSecrets !== true,
            wantsResult: true,
            redact: (text) => secrets?.redact(text) ?? text,
          })
    if (told.state !== 'running') this.#places.leave(operation.name, name)
    if (told.state === 'waiting' && !this.#jobs.knows(job))
      this.#timers.set(`${name} ${operation.name} place`, LONGEST_MS / 6, () => this.#options.onNews(name))
    this.#note(name, operation.name, occasion, place, told)
  }

  #note(installation: string, name: string, occasion: string, job: string, told: Told): void {
    const known = this.#known(installation).get(name)
    const isNew = known?.occasion !== occasion || known.state !== told.state
    const { result, ...state } = told
    const own = job.slice(job.indexOf('/') + 1)
    const isOver = isNew && told.state === 'succeeded'
    const last = isOver
      ? this.#sealed(installation, name, operationResult(result, own, rfc3339(this.#now())))
      : known?.last
    const { message: _, ...before } = known ?? {}
    this.#set(installation, { ...before, name, occasion, job, ...state, ...(last && { last }) })
    if (isNew && told.state === 'failed')
      this.#options.log.warn({ installation, operation: name, reason: told.message }, 'operation failed')
  }

  #sealed(installation: string, operation: string, result: OperationResult): OperationResult {
    return sealedResult({ installation, operation }, result, this.#options.sealer())
  }

  #known(name: string): ReadonlyMap<string, OperationRecord> {
    const known = this.#records.get(name)
    if (known) return known
    const recorded = this.#options.record(name)?.operations ?? []
    return new Map(recorded.map((each) => [each.name, this.#trusted(name, each)]))
  }

  /** Without a result that somebody else may have written. */
  #trusted(installation: string, record: OperationRecord): OperationRecord {
    const { sealer, areRecordsOwn } = this.#options
    const { last, ...rest } = record
    if (last === undefined) return record
    const key = sealer()
    const of = { installation, operation: record.name }
    return (key ? isSealedResult(of, last, key) : areRecordsOwn()) ? record : rest
  }

  #set(installation: string, record: OperationRecord): void {
    this.#records.set(installation, new Map([...this.#known(installation), [record.name, record]]))
  }

  /** Drops the records of operations that are no longer declared. */
  #drop(installation: string, operations: readonly DeclaredOperation[]): void {
    const known = this.#known(installation)
    const names = new Set(operations.map(({ name }) => name))
    const gone = [...known.keys()].filter((name) => !names.has(name))
    if (gone.length === 0) return
    for (const name of gone) this.#places.leave(name, installation)
    this.#records.set(installation, new Map([...known].filter(([name]) => names.has(name))))
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }
}

/** An operation as a Job that is run. */
export function asHook(operation: DeclaredOperation, job: DeclaredOperation['job']): DeclaredHook {
  const { declared } = operation
  const { name, namespace, labels, annotations } = declared.object.metadata
  const metadata = {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(labels && { labels }),
    ...(annotations && { annotations }),
  }
  const object = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: job }
  return { declared: { ...declared, object }, events: [], weight: 0 }
}
