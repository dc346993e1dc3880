import type { Repository } from '../adapters/git/repository.ts'
import { formatDelay } from '../model/duration.ts'
import { FaultError } from '../model/fault.ts'
import type { Settings } from '../model/settings.ts'
import { BlobIds } from '../stages/report/blob-ids.ts'
import { GroupStatuses } from '../stages/report/rollouts/group-statuses.ts'
import { readKeptStatus, readStatusBranch, writeStatusBranch } from '../stages/report/status-branch.ts'
import { StatusCommits } from '../stages/report/status-commits.ts'
import { Statuses } from '../stages/report/statuses.ts'
import { within } from '../support/concurrency/within.ts'
import { faultFields, type Log } from '../support/telemetry/log.ts'
import type { Metrics } from '../support/telemetry/metrics.ts'
import type { Part } from './part.ts'

/** Delay between checks of the status branch, in milliseconds. */
const VERIFY_EVERY_MS = 60_000
/** Maximum time for the last status commit, in milliseconds. */
const GRACE_MS = 8_000

export interface ReportOptions {
  readonly repository: Repository
  readonly settings: Settings
  readonly log: Log
  readonly metrics: Metrics
  /** Whether another Reeve has taken over, and records from then on. */
  readonly isLost: () => boolean
}

/** The statuses of installations, and the status branch that records them. */
export class Report implements Part {
  readonly statuses = new Statuses()
  readonly groups = new GroupStatuses()
  readonly commits: StatusCommits
  readonly #options: ReportOptions
  #areRecordsOwn = false
  #verifying: NodeJS.Timeout | undefined

  constructor(options: ReportOptions) {
    this.#options = options
    this.commits = statusCommits(this.statuses, this.groups, options)
  }

  /** Whether the status branch, when it was read, was as this Reeve left it. */
  get areRecordsOwn(): boolean {
    return this.#areRecordsOwn
  }

  /** Reads the records of an earlier Reeve. Records that cannot be read are written anew. */
  async load(): Promise<void> {
    try {
      await this.commits.load()
      await this.#lookWhoWrote()
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      this.#options.log.warn(faultFields(error.fault), 'earlier records cannot be read')
    }
  }

  /** Looks after the status branch from now on: others may delete or change it. */
  lookAfter(): void {
    this.#verifying = setInterval(() => void this.commits.verify(), VERIFY_EVERY_MS)
  }

  /** Writes pending records, unless another Reeve has taken over. Bounds the wait for a hanging remote. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#verifying)
    if (!this.#options.isLost()) await within(GRACE_MS, this.commits[Symbol.asyncDispose]())
    this.commits.discard() // a write that is still under way ends with the repository
  }

  async #lookWhoWrote(): Promise<void> {
    const { repository, settings, log } = this.#options
    const { statusBranch: branch } = settings
    const { outbox } = repository
    const [written, head] = await Promise.all([outbox.lastWritten(branch), outbox.localHead(branch)])
    this.#areRecordsOwn = written === head
    if (written === undefined || this.#areRecordsOwn) return
    log.warn(
      { branch, written, head },
      'the status branch has changed since this Reeve last wrote it: its records count only where Git and the cluster confirm them',
    )
  }
}

function statusCommits(
  statuses: Statuses,
  groups: GroupStatuses,
  { repository, settings, log, metrics }: ReportOptions,
): StatusCommits {
  const { cluster, statusBranch: branch } = settings
  const ids = new BlobIds()
  return new StatusCommits({
    cluster,
    statuses,
    groups,
    read: () =>
      readStatusBranch(repository, branch).catch(async (error: unknown) => {
        if (!(error instanceof FaultError)) throw error
        const kept = await readKeptStatus(repository, branch)
        if (kept === undefined) throw error
        log.warn(faultFields(error.fault), 'continuing with the last known records')
        return kept
      }),
    write: async (files, message, isNews) => {
      const onRetry = () => metrics.retried('record')
      const onLost = (isRestored: boolean) =>
        log.warn(
          { branch },
          isRestored
            ? 'the status branch was gone: restored from the local copy'
            : 'the status branch was gone: started anew, its history is lost',
        )
      const written = await writeStatusBranch(repository, {
        branch,
        files,
        message,
        isNews,
        ids,
        onRetry,
        onLost,
      })
      return written === 'unchanged' ? undefined : written.oid
    },
    isAsLeft: () => repository.outbox.isAsLeft(branch),
    onCommit: (commit, subject) => {
      metrics.statusCommitted('pushed')
      log.info({ commit, subject, branch }, 'status commit')
    },
    onError: (problem, retryInMs) => {
      metrics.statusCommitted('error')
      metrics.retried('record')
      log.warn({ ...faultFields(problem), retryIn: formatDelay(retryInMs) }, 'status not recorded')
    },
  })
}
