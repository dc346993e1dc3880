import type { ClusterClient } from '../../../adapters/cluster/client.ts'
import { NoAnswer, Probe, type ProbeOptions } from '../../../adapters/probe/probe.ts'
import type { Fault } from '../../../model/fault.ts'
import { idOf, type KubernetesObject, keyOf, type ObjectId } from '../../../model/object.ts'
import type { Check, Question } from '../../../model/rollout-check.ts'
import { Limit } from '../../../support/concurrency/limit.ts'
import { jobRefusal } from '../../jobs/job-refusal.ts'
import { addressRefusal } from './allowed-address.ts'
import { askCel } from './ask-cel.ts'
import { askHttp } from './ask-http.ts'
import { askCheckJob } from './ask-job.ts'
import { askPrometheus } from './ask-prometheus.ts'
import { checkJob } from './check-job.ts'
import { type Found, found } from './found.ts'
import type { GroupToCheck } from './group-to-check.ts'
import { type JobRules, jobAccount } from './job-account.ts'

export interface AskerOptions extends ProbeOptions {
  readonly client: ClusterClient
  /** Name of the Repository. */
  readonly repository: string
  readonly rules: JobRules
  /** Origins of the servers that may be asked. */
  readonly addresses: readonly string[]
}

/** The question of a check of a group at a revision, or why it may not be asked. */
export type Prepared = { readonly refusal: Fault } | PreparedQuestion

export interface PreparedQuestion {
  /** @param group as it is now */
  readonly ask: (group: GroupToCheck, signal: AbortSignal) => Promise<Found>
  /** The Job that it makes. */
  readonly job?: ObjectId
}

/** Maximum number of questions at once; the others wait. */
const AT_ONCE = 8

/** Asks the questions of checks, as far as the configuration allows. */
export class Asker implements AsyncDisposable {
  readonly #options: AskerOptions
  readonly #probe: Probe
  readonly #limit = new Limit({ atOnce: AT_ONCE })

  /** @throws FaultError bad-proxy */
  constructor(options: AskerOptions) {
    this.#options = options
    this.#probe = new Probe(options)
  }

  prepare(group: GroupToCheck, { name, question }: Check): Prepared {
    if (question.kind === 'job') return this.#prepareJob(group, name, question)
    const refusal = addressRefusal(question, this.#options.addresses)
    if (refusal) return { refusal }
    return { ask: (now, signal) => this.#limit.run(() => this.#ask(question, now), signal) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#probe[Symbol.asyncDispose]()
  }

  #prepareJob(group: GroupToCheck, check: string, question: Extract<Question, { kind: 'job' }>): Prepared {
    const { client, repository, rules } = this.#options
    const { account, faults } = jobAccount(group, question, rules)
    const job: KubernetesObject = checkJob({ group, check, question, repository, account })
    const refusal = faults[0] ?? jobRefusal(job, account, group.location, rules.guard)
    if (refusal) return { refusal }
    return {
      job: idOf(keyOf(job)),
      ask: (_, signal) => this.#limit.run(() => askCheckJob(job, { client, account, signal }), signal),
    }
  }

  async #ask(question: Exclude<Question, { kind: 'job' }>, group: GroupToCheck): Promise<Found> {
    try {
      if (question.kind === 'cel') return askCel(question, group)
      return await (question.kind === 'http'
        ? askHttp(question, this.#probe)
        : askPrometheus(question, this.#probe))
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error
      return found('none', `no answer: ${error.message}`)
    }
  }
}
