import test from 'ava'
import { checkHealthRule } from '../../../src/adapters/cel/check-health-rule.ts'

const objects = { kind: 'Chat' }

test('a rule of right expressions has no problem', (t) => {
  const rule = {
    objects,
    degraded: 'object.status.failed',
    healthy: 'has(object.status)',
    message: 'object.status.error',
  }
  t.deepEqual(checkHealthRule(rule), [])
  t.deepEqual(checkHealthRule({ objects, deadlineMs: 1000 }), [])
})

test('every expression of a rule that is wrong is named, with what is wrong', (t) => {
  const rule = { objects, degraded: 'object.', progressing: '1', healthy: 'status == 1', message: 'true' }
  t.deepEqual(checkHealthRule(rule), [
    { field: 'degraded', problem: 'Expected IDENTIFIER, got EOF at column 8' },
    { field: 'progressing', problem: 'is of type int, not bool' },
    { field: 'healthy', problem: 'Unknown variable: status at column 1' },
    { field: 'message', problem: 'is of type bool, not string' },
  ])
})
