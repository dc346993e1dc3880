import { dump } from 'js-yaml'
import { run } from '../../src/demo/child.ts'
import type { PlanReport } from '../../src/model/plan.ts'
import { NO_RULES } from '../../src/model/rules.ts'
import type { Settings } from '../../src/model/settings.ts'
import { planNow } from '../../src/modules/plan-now.ts'
import { type Bed, NAME, NAMESPACE, pathOf } from './bed.ts'
import { programArguments } from './program.ts'
import type { Measured } from './row-table.ts'
import { median } from './statistics.ts'
import { items } from './workload.ts'

const BRANCH = 'proposal'

/**
 * The plan of a branch that touches one installation, as a process, and as a call in a process that is
 * up but knows nothing of Git or the cluster. Each once before, so that the local clone is there.
 */
export async function planBranch(bed: Bed, samples: number): Promise<Measured> {
  await pushBranch(bed)
  const asProcess = () => planProcess(bed)
  const asCall = () => planCall(bed)
  return {
    'plan-process': await medianTime(asProcess, samples),
    plan: await medianTime(asCall, samples),
  }
}

async function pushBranch({ work, objects }: Bed): Promise<void> {
  const object = items(NAMESPACE, objects, '1.1.0')[0]?.object
  if (object === undefined) throw new RangeError('there is no object')
  await work.run('checkout', '--quiet', '-b', BRANCH)
  await work.write(pathOf(0, object.metadata.name), dump({ ...object, data: { mode: 'proposed' } }))
  await work.commit('Propose a change')
  await work.push()
  await work.run('checkout', '--quiet', 'main')
}

async function planProcess({ options }: Bed): Promise<void> {
  const { code, stderr } = await run([process.execPath, ...programArguments()], ['plan', BRANCH, ...options])
  if (code !== 1) throw new Error(`reeve plan ended with ${code}: ${stderr}`)
}

async function planCall({ git, controlPlane, dataDir }: Bed): Promise<void> {
  const settings: Settings = {
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
    poll: { intervalMs: 30_000 },
    log: { level: 'warn', format: 'json' },
  }
  const patches = countPatches(await planNow(settings, BRANCH))
  if (patches !== 1) throw new Error(`the plan has ${patches} patches instead of one`)
}

function countPatches({ plans }: PlanReport): number {
  return plans.flatMap(({ objects }) => objects).filter(({ action }) => action === 'patch').length
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
