import { anyFault } from '../../../adapters/cluster/any-fault.ts'
import { ApiError, hasCode, isRequestError } from '../../../adapters/cluster/api-error.ts'
import type { ClusterClient, Requests } from '../../../adapters/cluster/client.ts'
import { isBeingDeleted, type KubernetesObject, keyOf, type LiveObject } from '../../../model/object.ts'
import { JOBS } from '../../../model/well-known-resources.ts'
import { inspect } from '../../../stages/health/diagnosis/inspect.ts'
import { conditionOf, explain, sectionOf } from '../../../stages/health/read.ts'
import { CHECK_LABEL } from './check-job.ts'
import { type Found, found } from './found.ts'

export interface JobContext {
  readonly client: ClusterClient
  /** Service account that the Job is made as, `namespace/name`; undefined for Reeve itself. */
  readonly account: string | undefined
  readonly signal: AbortSignal
}

/** How the Job of a check is doing, which is made where it is not there. */
export async function askJob(job: KubernetesObject, context: JobContext): Promise<Found> {
  const { client, signal } = context
  try {
    const live = await client.get(JOBS, keyOf(job), { signal })
    if (live !== undefined) return await resultOf(live, job, context)
    await writerOf(context).create(JOBS, job, { signal })
    return found('running', 'the Job has begun')
  } catch (error) {
    if (hasCode(error, 409)) return found('running', 'the Job has begun')
    if (!isRequestError(error)) throw error
    return found('none', `the Job cannot be made: ${anyFault(error).message}`)
  }
}

function writerOf({ client, account }: Pick<JobContext, 'client' | 'account'>): Pick<Requests, 'create'> {
  return account === undefined ? client : client.as(account)
}

async function resultOf(live: LiveObject, job: KubernetesObject, context: JobContext): Promise<Found> {
  if (live.metadata.labels?.[CHECK_LABEL] !== job.metadata.labels?.[CHECK_LABEL])
    return found('none', `the Job ${live.metadata.name} is not one of this check`)
  if (conditionOf(live, 'Complete')?.status === 'True') return found('pass', 'the Job completed')
  const failed = conditionOf(live, 'Failed')
  if (failed?.status === 'True') {
    const words = await lastWords(live, context)
    return found('fail', `the Job failed: ${words ?? explain(failed, 'without a reason')}`)
  }
  if (isBeingDeleted(live)) return found('running', 'the Job is being deleted')
  const isSuspended = sectionOf(live, 'spec').suspend === true
  return found('running', isSuspended ? 'the Job is suspended' : 'the Job runs')
}

/** How a Pod of the Job ended; undefined where none is left, or Reeve may not read it. */
async function lastWords(job: LiveObject, { client, signal }: JobContext): Promise<string | undefined> {
  const look = { before: undefined, isLate: true, since: 0, signal, mayQuote: () => true }
  try {
    return (await inspect(job, client, look))?.text
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return undefined
  }
}
