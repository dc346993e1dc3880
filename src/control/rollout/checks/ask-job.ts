import type { KubernetesObject } from '../../../model/object.ts'
import type { Look } from '../../../stages/rollout/check-state.ts'
import { askJob, type JobContext, type JobState } from '../../jobs/ask-job.ts'
import { CHECK_LABEL } from './check-job.ts'
import { type Found, found } from './found.ts'

const RESULTS: Readonly<Record<JobState['state'], Look['result']>> = {
  unmade: 'none',
  running: 'running',
  succeeded: 'pass',
  failed: 'fail',
}

/** How the Job of a check is doing, which is made where it is not there. */
export async function askCheckJob(
  job: KubernetesObject,
  context: Omit<JobContext, 'label' | 'mayQuote'>,
): Promise<Found> {
  const { state, text } = await askJob(job, { ...context, label: CHECK_LABEL, mayQuote: true })
  return found(RESULTS[state], text)
}
