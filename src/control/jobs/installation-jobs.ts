import type { ClusterClient } from '../../adapters/cluster/client.ts'
import type { Installation } from '../../model/installation.ts'
import type { KubernetesObject } from '../../model/object.ts'
import type { InstallationStatus } from '../../model/status.ts'
import type { Fence } from '../../stages/plan/tenancy/refusal-of.ts'
import type { Log } from '../../support/telemetry/log.ts'
import { asHook } from './as-hook.ts'
import { type HookJob, hookJob, RUN_LABEL } from './hook-job.ts'
import { jobRefusal } from './job-refusal.ts'
import type { Resolved } from './operation-references.ts'
import { RunningJobs, type Told } from './running-jobs.ts'

export interface InstallationJobsOptions {
  readonly client: ClusterClient
  /** Name of the Repository. */
  readonly repository: string
  /** Namespace of what names none. */
  readonly namespace: string
  /** What the configuration allows. */
  readonly guard: Fence
  /** Record of an installation. */
  readonly record: (name: string) => InstallationStatus | undefined
  /** Called when there is something new to tell of a Job of an installation. */
  readonly onNews: (installation: string) => void
  readonly log: Log
}

/** Something that an installation has run. */
export interface Task extends Omit<HookJob, 'repository' | 'namespace' | 'installation'> {
  readonly installation: Installation
  /** Of an operation: its Job with what others told, or what it waits for. */
  readonly resolved?: Resolved | undefined
}

/** Runs the Jobs of installations: as their accounts, as far as the configuration allows, and without their secrets. */
export class InstallationJobs implements AsyncDisposable {
  readonly #options: InstallationJobsOptions
  readonly #jobs: RunningJobs

  constructor(options: InstallationJobsOptions) {
    this.#options = options
    this.#jobs = new RunningJobs({ ...options, label: RUN_LABEL })
  }

  /** The Job of a task. */
  jobOf({ hook, resolved, ...task }: Task): KubernetesObject {
    const { repository, namespace } = this.#options
    const { operation } = hook
    const runs = operation && resolved && 'job' in resolved ? asHook(operation, resolved.job) : hook
    return hookJob({ ...task, hook: runs, repository, namespace })
  }

  /** How the Job of a task is doing; it is made where that did not happen yet. */
  run({ installation, hook, resolved }: Task, job: KubernetesObject): Told {
    const { guard, record } = this.#options
    const { name, serviceAccount: account, secrets } = installation
    const refusal = jobRefusal(job, account, hook.declared.origin, guard)
    if (refusal) return { state: 'failed', message: refusal.message }
    if (resolved && 'missing' in resolved)
      return { state: 'waiting', message: `${resolved.missing} has no value yet` }
    return this.#jobs.of({
      installation: name,
      job,
      account,
      mayQuote: secrets === undefined && record(name)?.heldSecrets !== true,
      wantsResult: hook.operation !== undefined,
      redact: (text) => secrets?.redact(text) ?? text,
    })
  }

  /** Whether a Job that an earlier change made still runs. @param place `namespace/name` */
  stillRuns({ name, serviceAccount: account }: Installation, place: string): boolean {
    const { repository } = this.#options
    const [namespace = '', own = ''] = place.split('/')
    const metadata = { name: own, namespace, labels: { [RUN_LABEL]: repository } }
    const { state } = this.#jobs.of({
      installation: name,
      job: { apiVersion: 'batch/v1', kind: 'Job', metadata },
      account,
      mayQuote: false,
      isOnlyLooked: true,
      redact: () => '',
    })
    return state === 'running'
  }

  /** Whether a Job is looked at. */
  knows(job: KubernetesObject): boolean {
    return this.#jobs.knows(job)
  }

  /** Whether some Job is not known to have ended. */
  get isBusy(): boolean {
    return this.#jobs.isBusy
  }

  /** Looks no more at the Jobs of an installation. */
  forget(installation: string): void {
    this.#jobs.forget(installation)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#jobs[Symbol.asyncDispose]()
  }
}

/** `namespace/name` of a Job, as records name it. */
export function placeOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return `${namespace}/${name}`
}
