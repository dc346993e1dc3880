import { anyFault } from '../../../adapters/cluster/any-fault.ts'
import { isRequestError } from '../../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../../adapters/cluster/client.ts'
import type { Location } from '../../../model/fault.ts'
import {
  describeKey,
  idOf,
  isBeingDeleted,
  keyOf,
  type LiveObject,
  type ObjectId,
} from '../../../model/object.ts'
import { type AccountRules, requiresAccount } from '../../../model/tenancy.ts'
import { JOBS } from '../../../model/well-known-resources.ts'
import { accountRefusal } from '../../../stages/plan/tenancy/account-refusal.ts'
import { refusalOf } from '../../../stages/plan/tenancy/refusal-of.ts'
import { serviceAccountOf } from '../../../stages/render/service-account.ts'
import { faultFields, type Log } from '../../../support/telemetry/log.ts'
import { ACCOUNT_ANNOTATION, CHECK_LABEL } from './check-job.ts'
import type { JobRules } from './job-account.ts'

export interface StaleJobsContext {
  readonly client: ClusterClient
  /** Name of the Repository. */
  readonly repository: string
  readonly rules: JobRules
  readonly log: Log
  readonly signal: AbortSignal
}

/**
 * Deletes the Jobs of checks, by their label, of revisions that no group is at any more. One that may not be deleted is
 * left.
 * @throws ApiError, ConnectionError where they cannot be listed
 */
export async function deleteStaleJobs(
  current: ReadonlySet<ObjectId>,
  context: StaleJobsContext,
): Promise<void> {
  const { client, repository, signal } = context
  const labelSelector = `${CHECK_LABEL}=${repository}`
  const { items } = await client.list(JOBS, { labelSelector, metadataOnly: true, signal })
  const stale = items.filter((job) => !current.has(idOf(keyOf(job))) && !isBeingDeleted(job))
  for (const job of stale) await deleteJob(job, context)
}

async function deleteJob(job: LiveObject, { client, rules, log, signal }: StaleJobsContext): Promise<void> {
  const key = keyOf(job)
  const account = job.metadata.annotations?.[ACCOUNT_ANNOTATION]
  const isRefused =
    refusalOf({ key, object: job }, rules.guard) ?? accountRefusal(account, { key }, rules.guard)
  if (isRefused || !mayActAs(account, key.namespace, rules.accounts)) return
  const writer = account === undefined ? client : client.as(account)
  try {
    await writer.delete(JOBS, key, { uid: job.metadata.uid, signal })
  } catch (error) {
    if (!isRequestError(error)) throw error
    log.warn(
      { object: describeKey(key), ...faultFields(anyFault(error)) },
      'cannot delete the Job of a check',
    )
  }
}

/** Whoever may change the Job may name any account in it: what the configuration allows counts. */
function mayActAs(account: string | undefined, namespace: string, accounts: AccountRules): boolean {
  if (account === undefined) return !requiresAccount(accounts)
  const location: Location = { file: '', line: 0 }
  const said = { text: account, location, namespace }
  return [undefined, said].some((serviceAccount) => {
    const whose = { name: '', location, ...(serviceAccount && { serviceAccount }) }
    const acting = serviceAccountOf(whose, { namespace }, accounts)
    return acting.faults.length === 0 && acting.account === account
  })
}
