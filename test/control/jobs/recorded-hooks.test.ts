import test from 'ava'
import { pino } from 'pino'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { Hooks } from '../../../src/control/jobs/hooks.ts'
import type { HookedChange } from '../../../src/model/hook-run.ts'
import type { InstallationStatus } from '../../../src/model/status.ts'
import { NO_TENANCY } from '../../../src/model/tenancy.ts'

const CHANGE: HookedChange = {
  kind: 'sync',
  source: 's',
  from: '',
  runs: [
    { hook: 'migrate', event: 'pre-sync', state: 'succeeded', job: 'acme/migrate-1' },
    { hook: 'smoke', event: 'post-sync', state: 'running', job: 'acme/smoke-1' },
  ],
  isOver: true,
}

/** What is known of the hooks of `acme` after a restart. */
function known(isOwn: boolean): HookedChange | undefined {
  const hooks = new Hooks({
    client: new ClusterClient(() => Promise.reject(new Error('no cluster is needed'))),
    repository: 'default',
    namespace: 'default',
    guard: { allow: NO_TENANCY.allow, own: { namespace: 'reeve-system', objects: new Set() } },
    operations: { resolved: () => ({ job: {} }), noteRun: () => {} },
    record: () => ({ hooks: CHANGE }) as unknown as InstallationStatus,
    areRecordsOwn: () => isOwn,
    onNews: () => {},
    log: pino({ level: 'silent' }),
  })
  return hooks.changeOf('acme')
}

test('what Reeve itself recorded of hooks counts', (t) => {
  t.deepEqual(known(true), CHANGE)
})

test('a success that somebody else may have recorded counts for nothing, and neither does the end of a change', (t) => {
  const { isOver: _, ...open } = CHANGE
  t.deepEqual(known(false), { ...open, runs: CHANGE.runs.slice(1) })
})
