import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { ApiError, hasCode, isRequestError } from '../../adapters/cluster/api-error.ts'
import type { ClusterClient, Requests } from '../../adapters/cluster/client.ts'
import { isJsonArray, type JsonValue, objectIn } from '../../model/json.ts'
import { isBeingDeleted, type KubernetesObject, keyOf, type LiveObject } from '../../model/object.ts'
import { JOBS, PODS } from '../../model/well-known-resources.ts'
import { inspect } from '../../stages/health/diagnosis/inspect.ts'
import { conditionOf, explain, sectionOf } from '../../stages/health/read.ts'

export interface JobContext {
  readonly client: ClusterClient
  /** Service account that the Job is made as, `namespace/name`; undefined for Reeve itself. */
  readonly account: string | undefined
  /** Label by which it is known whose Job it is. */
  readonly label: string
  /** Whether the last words of its containers may be told. */
  readonly mayQuote: boolean
  /** Whether it is asked for what its container left. */
  readonly wantsResult?: boolean
  /** It is not made where it is not there, which counts as its end. */
  readonly isOnlyLooked?: boolean
  readonly signal: AbortSignal
}

export interface JobState {
  /** `unmade`: it is not there, and cannot be made. */
  readonly state: 'unmade' | 'running' | 'succeeded' | 'failed'
  /** What there is to tell of it; it may quote a server or a container. */
  readonly text: string
  /** What its container left when it ended well. */
  readonly result?: string
}

/** How a Job is doing, which is made where it is not there. */
export async function askJob(job: KubernetesObject, context: JobContext): Promise<JobState> {
  const { client, signal } = context
  try {
    const live = await client.get(JOBS, keyOf(job), { signal })
    if (live !== undefined) return await stateOf(live, job, context)
    if (context.isOnlyLooked) return { state: 'succeeded', text: 'the Job is gone' }
    await writerOf(context).create(JOBS, job, { signal })
    return { state: 'running', text: 'the Job has begun' }
  } catch (error) {
    if (hasCode(error, 409)) return { state: 'running', text: 'the Job has begun' }
    if (!isRequestError(error)) throw error
    return { state: 'unmade', text: `the Job cannot be made: ${anyFault(error).message}` }
  }
}

function writerOf({ client, account }: Pick<JobContext, 'client' | 'account'>): Pick<Requests, 'create'> {
  return account === undefined ? client : client.as(account)
}

async function stateOf(live: LiveObject, job: KubernetesObject, context: JobContext): Promise<JobState> {
  const { label } = context
  if (live.metadata.labels?.[label] !== job.metadata.labels?.[label])
    return { state: 'unmade', text: `the Job ${live.metadata.name} is not one that Reeve made for it` }
  if (conditionOf(live, 'Complete')?.status === 'True') {
    const result = context.wantsResult ? await resultOf(live, context) : undefined
    return { state: 'succeeded', text: 'the Job completed', ...(result !== undefined && { result }) }
  }
  const failed = conditionOf(live, 'Failed')
  if (failed?.status === 'True') {
    const words = await lastWords(live, context)
    return { state: 'failed', text: `the Job failed: ${words ?? explain(failed, 'without a reason')}` }
  }
  if (isBeingDeleted(live)) return { state: 'running', text: 'the Job is being deleted' }
  const isSuspended = sectionOf(live, 'spec').suspend === true
  return { state: 'running', text: isSuspended ? 'the Job is suspended' : 'the Job runs' }
}

/** The termination message of its container; undefined where none is left, or Reeve may not read it. */
async function resultOf(job: LiveObject, { client, signal }: JobContext): Promise<string | undefined> {
  const { name, namespace } = job.metadata
  try {
    const { items } = await client.list(PODS, { namespace, labelSelector: `job-name=${name}`, signal })
    const messages = items.flatMap((pod) => listIn(sectionOf(pod, 'status').containerStatuses)).map(messageOf)
    return messages.find((message) => message !== undefined)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return undefined
  }
}

function listIn(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : []
}

function messageOf(status: JsonValue): string | undefined {
  const { exitCode, message } = objectIn(objectIn(objectIn(status).state).terminated)
  return exitCode === 0 && typeof message === 'string' ? message : undefined
}

/** How a Pod of the Job ended; undefined where none is left, or Reeve may not read it. */
async function lastWords(
  job: LiveObject,
  { client, signal, mayQuote }: JobContext,
): Promise<string | undefined> {
  const look = { before: undefined, isLate: true, since: 0, signal, mayQuote: () => mayQuote }
  try {
    return (await inspect(job, client, look))?.text
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return undefined
  }
}
