import { asFaultError } from '../adapters/cluster/any-fault.ts'
import { FaultError, fault } from '../model/fault.ts'
import type { Settings } from '../model/settings.ts'
import type { InstallationStatus } from '../model/status.ts'
import { aborted } from '../support/concurrency/aborted.ts'
import type { Log } from '../support/telemetry/log.ts'
import { createMetrics, type Metrics } from '../support/telemetry/metrics.ts'
import { HeadGuard } from './head-guard.ts'
import { Lifecycle } from './lifecycle.ts'
import { Requests } from './requests.ts'
import { tellRewrittenHistory } from './rewritten-history.ts'

/** The result of a sync. */
export interface Synced {
  /** Of every installation; failed ones say why. */
  readonly statuses: readonly InstallationStatus[]
  /** Full id of the commit. */
  readonly commit: string
  /** Paths of all files of the commit below the Repository's path. */
  readonly files: readonly string[]
}

/**
 * Syncs the cluster to the head of the branch once, and records the result.
 * @throws FaultError if the sync could not be done at all
 */
export async function syncOnce(settings: Settings, log: Log): Promise<Synced> {
  try {
    return await sync(settings, log)
  } catch (error) {
    throw asFaultError(error)
  }
}

async function sync(settings: Settings, log: Log): Promise<Synced> {
  const metrics = createMetrics()
  const options = { settings, log, metrics, requests: new Requests(), waits: false }
  await using lifecycle = new Lifecycle(['controller'], options)
  await lifecycle.start()
  const { failure } = lifecycle.get('lease')
  return await Promise.race([syncHead(lifecycle, settings, { log, metrics }), takenOver(failure)])
}

async function syncHead(
  lifecycle: Lifecycle,
  settings: Settings,
  { log, metrics }: { readonly log: Log; readonly metrics: Metrics },
): Promise<Synced> {
  const { branch } = settings
  const git = lifecycle.get('git')
  const { repository } = git
  const { declarer } = lifecycle.get('fleet')
  const report = lifecycle.get('report')
  const controller = lifecycle.get('controller')
  const head = await repository.headOf(branch)
  if (head === undefined) throw new FaultError(fault('git-no-branch', branch))
  const before = await repository.localHead(branch)
  const commit = await repository.fetch(branch, { head })
  await tellRewrittenHistory(before, commit, { git, report, log })
  const guard = new HeadGuard({ settings, git, report, log, metrics })
  const chosen = await guard.choose(commit, undefined)
  if (chosen !== undefined) await declarer.moveTo(chosen)
  await controller.idle()
  await Promise.all([controller.reported(), report.commits.flush()])
  if (guard.refused) throw new FaultError(guard.refused.fault)
  const entries = declarer.fleet?.snapshot.entries ?? []
  return { statuses: [...report.statuses.all()], commit: head, files: entries.map(({ path }) => path) }
}

/** Rejects when another Reeve takes over. */
async function takenOver(lost: AbortSignal): Promise<never> {
  await aborted(lost)
  throw lost.reason
}

/** Whether an installation is as Git declares it, whatever its health. */
export function isSynced({ state }: InstallationStatus): boolean {
  return state !== 'failed' && state !== 'invalid' && state !== 'waiting'
}
