import type { DeclaredOperation, Installation } from '../../model/installation.ts'
import type { OperationRecord, OperationResult } from '../../model/operation.ts'
import { rfc3339 } from '../../model/rfc3339.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import { Timers } from '../../support/concurrency/timers.ts'
import { asHook } from './as-hook.ts'
import { lastDue, nextDue } from './due-times.ts'
import { InstallationJobs, type InstallationJobsOptions, placeOf } from './installation-jobs.ts'
import { type Resolved, resolveOperations } from './operation-references.ts'
import { operationResult } from './operation-result.ts'
import { Places } from './places.ts'
import type { Told } from './running-jobs.ts'
import { isSealedResult, sealedResult } from './sealed-result.ts'

export interface OperationsOptions extends InstallationJobsOptions {
  /** Seals what operations told; undefined where there is no key. */
  readonly sealer: () => Sealer | undefined
  /** Whether this Reeve wrote the latest records. */
  readonly areRecordsOwn: () => boolean
  /** Service account of a declared installation; undefined where it acts as Reeve itself, or is not declared. */
  readonly accountOf: (name: string) => string | undefined
}

/** How an operation is doing. */
interface OperationRun {
  readonly occasion: string
  /** `namespace/name` of its Job. */
  readonly job: string
  readonly told: Told
}

/** Longest delay until a clock that was set is noticed, in milliseconds. */
const LONGEST_MS = 60_000

/**
 * Runs the operations of installations: once for each version, or at the times of their schedules; of times that were
 * missed, the latest. What came of them is in the records of the installations, where other operations find it.
 */
export class Operations implements AsyncDisposable {
  readonly #options: OperationsOptions
  readonly #jobs: InstallationJobs
  readonly #timers = new Timers()
  /** By names of installations, then of operations. */
  readonly #records = new Map<string, ReadonlyMap<string, OperationRecord>>()
  readonly #places: Places

  constructor(options: OperationsOptions) {
    this.#options = options
    this.#places = new Places(options.onNews)
    this.#jobs = new InstallationJobs(options)
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

  /** Notes how an operation is doing. */
  noteRun(installation: string, name: string, { occasion, job, told }: OperationRun): void {
    const known = this.#known(installation).get(name)
    const isNew = known?.occasion !== occasion || known.state !== told.state
    const { result, ...state } = told
    const own = job.slice(job.indexOf('/') + 1)
    const isOver = isNew && told.state === 'succeeded'
    const last = isOver
      ? this.#sealed(installation, name, operationResult(result, own, rfc3339(Date.now())))
      : known?.last
    const { message: _, ...before } = known ?? {}
    this.#set(installation, { ...before, name, occasion, job, ...state, ...(last && { last }) })
    if (isNew && told.state === 'failed')
      this.#options.log.warn({ installation, operation: name, reason: told.message }, 'operation failed')
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
    const now = Date.now()
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
      if (Date.now() >= due) onNews(name)
      else this.#timers.set(`${name} ${operation.name}`, Math.min(due - Date.now(), LONGEST_MS), wake)
    }
    this.#timers.set(`${name} ${operation.name}`, Math.min(due - now, LONGEST_MS), wake)
  }

  #run(installation: Installation, operation: DeclaredOperation, occasion: string): void {
    const { name } = installation
    if (!this.#places.take(operation.name, name, operation.concurrency)) return
    const resolved = this.resolved(name, operation)
    const change = { source: operation.digest, from: occasion }
    const task = { installation, hook: asHook(operation), event: 'operation', change, resolved } as const
    const job = this.#jobs.jobOf(task)
    const told = this.#jobs.run(task, job)
    if (told.state !== 'running') this.#places.leave(operation.name, name)
    if (told.state === 'waiting' && !this.#jobs.knows(job))
      this.#timers.set(`${name} ${operation.name} place`, LONGEST_MS / 6, () => this.#options.onNews(name))
    this.noteRun(name, operation.name, { occasion, job: placeOf(job), told })
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
}
