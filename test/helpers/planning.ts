import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { PlanningOptions } from '../../src/control/planner/plan-session.ts'
import { NO_RULES } from '../../src/model/rules.ts'
import type { Settings } from '../../src/model/settings.ts'
import { NO_TENANCY } from '../../src/model/tenancy.ts'
import { createLog } from '../../src/support/telemetry/log.ts'
import type { ControlPlaneContext } from './control-plane-test.ts'
import type { Fleet } from './fleet.ts'

/** What plans of a fleet need, with a clone of their own. */
export async function planningFor(
  t: ExecutionContext<ControlPlaneContext>,
  fleet: Fleet,
): Promise<PlanningOptions> {
  const parent = await mkdtemp(join(tmpdir(), 'reeve-plans-'))
  t.teardown(() => rm(parent, { recursive: true, force: true }))
  const settings: Settings = {
    repo: fleet.git.url,
    branch: 'main',
    path: '',
    statusBranch: fleet.statusBranch,
    credentials: {},
    dataDir: join(parent, 'data'),
    kubeconfig: t.context.controlPlane.kubeconfig,
    cluster: fleet.name,
    name: fleet.name,
    namespace: 'default',
    rules: NO_RULES,
    tenancy: NO_TENANCY,
    provenance: [],
    poll: { intervalMs: 30_000 },
    log: { level: 'warn', format: 'json' },
  }
  return { settings, log: await createLog(settings.log) }
}
