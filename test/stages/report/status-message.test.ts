import test from 'ava'
import type { InstallationStatus } from '../../../src/model/status.ts'
import { statusMessage } from '../../../src/stages/report/status-message.ts'

const COMMIT = '1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d'

function status(name: string, more: Partial<InstallationStatus> = {}): InstallationStatus {
  return {
    name,
    state: 'healthy',
    commit: COMMIT,
    source: 'x',
    objects: { declared: 1, healthy: 1 },
    changes: [],
    problems: [],
    ...more,
  }
}

function message(changed: readonly InstallationStatus[], gone: readonly string[] = []): string[] {
  return statusMessage({ cluster: 'east', commit: COMMIT, changed, gone }).split('\n')
}

test('one installation is named with its state and commit', (t) => {
  t.is(message([status('acme')])[0], 'acme: healthy at 1a2b3c4')
})

test('a few installations of one state are named together', (t) => {
  t.is(message([status('acme'), status('eu/beta')])[0], 'acme, eu/beta: healthy at 1a2b3c4')
})

test('many installations are counted by state, the worst first', (t) => {
  const many = ['a', 'b', 'c', 'd'].map((name) => status(name, name === 'c' ? { state: 'failed' } : {}))
  t.is(message(many)[0], '4 installations: 1 failed, 3 healthy at 1a2b3c4')
})

test('an installation that is gone is said to be', (t) => {
  t.is(message([], ['acme'])[0], 'acme: gone at 1a2b3c4')
})

test('a healed drift is told from a release', (t) => {
  const healed = status('acme', {
    changes: [{ object: 'ConfigMap a/b', action: 'patched', reason: 'drift', fields: ['data.x'] }],
  })
  const lines = message([healed])
  t.is(lines[0], 'acme: healthy at 1a2b3c4 (drift put back)')
  t.true(lines.includes('  patched (drift) ConfigMap a/b: data.x'))
})

test('the trailers name commit, cluster and the worst state', (t) => {
  const lines = message([status('acme'), status('beta', { state: 'degraded' })])
  t.deepEqual(lines.slice(-4), [
    `Reeve-Commit: ${COMMIT}`,
    'Reeve-Cluster: east',
    'Reeve-State: degraded',
    '',
  ])
})

test('a problem stands in the body with file and line, on one line', (t) => {
  const problem = { code: 'rejected', message: 'no\nway', object: 'Pod a/b', file: 'acme/x.yaml', line: 3 }
  const lines = message([status('acme', { state: 'failed', problems: [problem] })])
  t.true(lines.includes('  acme/x.yaml:3: Pod a/b: no way'))
})

test('a body of thousands of lines is cut', (t) => {
  const many = Array.from({ length: 1000 }, (_, n) => status(`i${n}`))
  t.true(message(many).length < 70)
})
