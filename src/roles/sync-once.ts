import { asFaultError } from '../adapters/cluster/any-fault.ts'
import { FaultError, fault } from '../model/fault.ts'
import type { Settings } from '../model/settings.ts'
import type { InstallationStatus } from '../model/status.ts'
import { createLog } from '../support/telemetry/log.ts'
import { createMetrics } from '../support/telemetry/metrics.ts'
import { Reeve } from './reeve.ts'
import { aborted } from './stop-signal.ts'

/**
 * Brings the cluster to the head of the branch once and records how it went.
 * @returns every installation's status; those that failed say why
 * @throws FaultError where the sync could not be done at all
 */
export async function syncOnce(settings: Settings): Promise<readonly InstallationStatus[]> {
  try {
    return await sync(settings)
  } catch (error) {
    throw asFaultError(error)
  }
}

async function sync(settings: Settings): Promise<readonly InstallationStatus[]> {
  const log = await createLog(settings.log)
  const reeve = await Reeve.open(settings, log, createMetrics())
  try {
    await reeve.leaseTaker().take((problem) => {
      throw problem
    })
    return await Promise.race([syncHead(reeve, settings), takenOver(reeve.leaderLease.lost)])
  } finally {
    await reeve.close()
  }
}

async function syncHead(reeve: Reeve, settings: Settings): Promise<readonly InstallationStatus[]> {
  const head = await reeve.repository.headOf(settings.branch)
  if (head === undefined) throw new FaultError(fault('git-no-branch', settings.branch))
  await reeve.loadRecords()
  const commit = await reeve.repository.fetch(settings.branch, { head })
  await reeve.moveTo(commit)
  await reeve.controller.idle()
  await reeve.reporter.flush()
  return [...reeve.reporter.all()]
}

/** Rejects when another Reeve has taken over. */
async function takenOver(lost: AbortSignal): Promise<never> {
  await aborted(lost)
  throw lost.reason
}

/** Whether an installation is as Git declares it, whatever its health. */
export function isSynced({ state }: InstallationStatus): boolean {
  return state !== 'failed' && state !== 'invalid' && state !== 'waiting'
}
