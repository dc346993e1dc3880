import test from 'ava'
import type { HookedChange } from '../../../src/model/hook-run.ts'
import type { JsonValue } from '../../../src/model/json.ts'
import type { OperationRecord } from '../../../src/model/operation.ts'
import { readHooks, readOperations } from '../../../src/stages/report/read-hooks.ts'

const CHANGE: HookedChange = {
  kind: 'sync',
  source: 's',
  from: '',
  runs: [{ hook: 'migrate', event: 'pre-sync', state: 'failed', job: 'acme/migrate-1', message: 'no route' }],
  isOver: true,
}

const OPERATION: OperationRecord = {
  name: 'backup',
  occasion: '2026-12-01T03:00:00Z',
  state: 'succeeded',
  job: 'acme/backup-1',
  last: { id: 'b', at: '2026-12-01T03:00:41Z', size: 3, where: 's3://b', seal: 'x' },
}

test('what is recorded of hooks and operations is read as it was written', (t) => {
  t.deepEqual(readHooks(CHANGE as unknown as JsonValue), CHANGE)
  t.deepEqual(readOperations([OPERATION] as unknown as JsonValue), [OPERATION])
})

const STRANGE: readonly JsonValue[] = [
  null,
  [],
  'sync',
  { kind: 'sync' },
  { ...CHANGE, kind: 'party' } as unknown as JsonValue,
  { ...CHANGE, runs: {} } as unknown as JsonValue,
]

for (const [index, value] of STRANGE.entries())
  test(`what others wrote in its place is nothing: ${index}`, (t) => {
    t.is(readHooks(value), undefined)
  })

test('of runs and operations, those count that are some', (t) => {
  const runs = [{ hook: 1 }, 'x', { ...CHANGE.runs[0], event: 'later' }, CHANGE.runs[0]]
  t.deepEqual(readHooks({ ...CHANGE, runs } as unknown as JsonValue)?.runs, CHANGE.runs)
  const last = { id: 5 }
  t.deepEqual(readOperations([{ ...OPERATION, last }, { name: 'x' }] as unknown as JsonValue), [
    { name: 'backup', occasion: OPERATION.occasion, state: 'succeeded', job: 'acme/backup-1' },
  ])
  t.is(readOperations('x'), undefined)
})
