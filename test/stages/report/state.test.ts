import test from 'ava'
import type { Health, InstallationState } from '../../../src/model/status.ts'
import { stateOf } from '../../../src/stages/report/state.ts'

const health = (status: 'progressing' | 'degraded' | 'suspended') => ({ status, message: '' }) as const
const paused: Health = { ...health('suspended'), isUnfinished: true }

for (const [what, healths, expected] of [
  ['are healthy', [{ status: 'healthy' }], 'healthy'],
  ['are healthy, or stopped on purpose', [{ status: 'healthy' }, health('suspended')], 'healthy'],
  ['were paused in the middle of a change', [{ status: 'healthy' }, paused], 'suspended'],
  ['are paused, and others progress', [paused, health('progressing')], 'progressing'],
  ['are paused, and others have failed', [paused, health('degraded')], 'degraded'],
] satisfies readonly (readonly [string, readonly Health[], InstallationState])[])
  test(`an installation whose objects ${what} is ${expected}`, (t) => {
    t.is(stateOf({ declared: true, suspended: false, faults: [], outcomes: [], healths }), expected)
  })
