import { dump } from 'js-yaml'
import { reviewNow, type SourceReview } from '../../src/control/review/review-now.ts'
import { NO_RULES } from '../../src/model/rules.ts'
import type { Settings } from '../../src/model/settings.ts'
import { run } from '../../src/sandbox/child.ts'
import { createLog } from '../../src/support/telemetry/log.ts'
import { proposeBranch } from '../helpers/propose-branch.ts'
import { type Bed, NAME, NAMESPACE, pathOf } from './bed.ts'
import type { Measured } from './row-table.ts'
import { median } from './statistics.ts'
import { items } from './workload.ts'

const BRANCH = 'proposal'

/**
 * The plan of a branch that touches one installation, as a process, and as a call in a process that is up but knows
 * nothing of Git or the cluster. Each once before, so that the local clone is there.
 */
export async function planBranch(bed: Bed, samples: number): Promise<Measured> {
  await pushBranch(bed)
  const settings = settingsOf(bed)
  const log = await createLog(settings.log)
  const asProcess = () => planProcess(bed)
  const asCall = async () => check(await reviewNow({ settings, log }, BRANCH))
  return {
    'plan-process': await medianTime(asProcess, samples),
    'plan-cold': await medianTime(asCall, samples),
  }
}

async function pushBranch({ work, objects }: Bed): Promise<void> {
  const object = items(NAMESPACE, objects, '1.1.0')[0]?.object
  if (object === undefined) throw new RangeError('there is no object')
  const text = dump({ ...object, data: { mode: 'proposed' } })
  await proposeBranch(work, BRANCH, { [pathOf(0, object.metadata.name)]: text })
}

async function planProcess({ image, options }: Bed): Promise<void> {
  const { code, stderr } = await run([process.execPath, ...image.nodeArguments], ['plan', BRANCH, ...options])
  if (code !== 1) throw new Error(`reeve plan ended with ${code}: ${stderr}`)
}

function settingsOf({ git, controlPlane, dataDir, tenancy }: Bed): Settings {
  return {
    repo: git.url,
    branch: 'main',
    path: '',
    statusBranch: `reeve/status/${NAME}`,
    credentials: {},
    dataDir,
    kubeconfig: controlPlane.kubeconfig,
    cluster: NAME,
    name: NAME,
    namespace: 'default',
    rules: NO_RULES,
    tenancy,
    provenance: [],
    poll: { intervalMs: 30_000 },
    log: { level: 'warn', format: 'json' },
  }
}

function check({ review }: SourceReview): void {
  if (review.acted.length !== 1) throw new Error(`the plan acts on ${review.acted.length} instead of one`)
}

async function medianTime(action: () => Promise<void>, samples: number): Promise<number> {
  const times: number[] = []
  for (let sample = 0; sample <= samples; sample++) {
    const start = performance.now()
    await action()
    times.push(performance.now() - start)
  }
  return median(times.slice(1))
}
