import { asFaultError } from '../adapters/cluster/any-fault.ts'
import { FaultError, fault } from '../model/fault.ts'
import type { Settings } from '../model/settings.ts'
import type { InstallationStatus } from '../model/status.ts'
import { aborted } from '../support/concurrency/aborted.ts'
import type { Log } from '../support/telemetry/log.ts'
import { createMetrics } from '../support/telemetry/metrics.ts'
import { Lifecycle } from './lifecycle.ts'
import { PollRequests } from './poll-requests.ts'

/**
 * Syncs the cluster to the head of the branch once, and records the result.
 * @returns the status of every installation; failed ones say why
 * @throws FaultError if the sync could not be done at all
 */
export async function syncOnce(settings: Settings, log: Log): Promise<readonly InstallationStatus[]> {
  try {
    return await sync(settings, log)
  } catch (error) {
    throw asFaultError(error)
  }
}

async function sync(settings: Settings, log: Log): Promise<readonly InstallationStatus[]> {
  const options = { settings, log, metrics: createMetrics(), pollRequests: new PollRequests(), waits: false }
  await using lifecycle = new Lifecycle(['controller'], options)
  await lifecycle.start()
  const { failure } = lifecycle.get('lease')
  return await Promise.race([syncHead(lifecycle, settings), takenOver(failure)])
}

async function syncHead(lifecycle: Lifecycle, { branch }: Settings): Promise<readonly InstallationStatus[]> {
  const { repository } = lifecycle.get('git')
  const { declarer } = lifecycle.get('fleet')
  const { commits, statuses } = lifecycle.get('report')
  const controller = lifecycle.get('controller')
  const head = await repository.headOf(branch)
  if (head === undefined) throw new FaultError(fault('git-no-branch', branch))
  await declarer.moveTo(await repository.fetch(branch, { head }))
  await controller.idle()
  await commits.flush()
  return [...statuses.all()]
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
