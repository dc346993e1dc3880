import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { isRequestError } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { isBeingDeleted, keyOf } from '../../model/object.ts'
import { JOBS } from '../../model/well-known-resources.ts'
import { type Fence, refusalOf } from '../../stages/plan/tenancy/refusal-of.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import { RUN_FOR_LABEL, RUN_LABEL } from './hook-job.ts'

export interface DeleteJobsContext {
  readonly client: ClusterClient
  /** Service account that made them, `namespace/name`; undefined for Reeve itself. */
  readonly account: string | undefined
  /** Name of the Repository. */
  readonly repository: string
  readonly guard: Fence
  readonly log: Log
}

/** Deletes the Jobs that ran for an installation; one that may not be deleted goes by its time to live. */
export async function deleteJobsFor(
  installation: string,
  { client, account, repository, guard, log }: DeleteJobsContext,
): Promise<void> {
  try {
    const labelSelector = `${RUN_LABEL}=${repository},${RUN_FOR_LABEL}=${installation}`
    const { items } = await client.list(JOBS, { labelSelector, metadataOnly: true })
    const writer = account === undefined ? client : client.as(account)
    for (const job of items) {
      const key = keyOf(job)
      if (isBeingDeleted(job) || refusalOf({ key, object: job }, guard)) continue
      await writer.delete(JOBS, key, { uid: job.metadata.uid })
    }
  } catch (error) {
    if (!isRequestError(error)) throw error
    log.warn({ installation, ...faultFields(anyFault(error)) }, 'cannot delete the Jobs of its hooks')
  }
}
