import test from 'ava'
import type { Change, InstallationStatus } from '../../../src/model/status.ts'
import type { RemovedRecord } from '../../../src/stages/report/changed-records.ts'
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

/** The changes of each status are those that no earlier commit tells. */
function message(changed: readonly InstallationStatus[], gone: readonly RemovedRecord[] = []): string[] {
  const records = changed.map((status) => ({ status, writes: { changes: status.changes } }))
  return statusMessage({ cluster: 'east', commit: COMMIT, changed: records, gone }).split('\n')
}

function removed(name: string, changes: readonly Change[] = [], movedTo?: string): RemovedRecord {
  return { name, writes: { changes }, movedTo }
}

function failed(name: string): InstallationStatus {
  const problem = { code: 'rejected', message: `Pod ${name}/x is wrong`, remedy: 'correct it' }
  return status(name, { state: 'failed', problems: [problem] })
}

test('one installation is named with its state and commit', (t) => {
  t.is(message([status('acme')])[0], 'acme: healthy at 1a2b3c4')
})

test('a few installations of one state are named together', (t) => {
  t.is(message([status('acme'), status('eu/beta')])[0], 'acme, eu/beta: healthy at 1a2b3c4')
})

test('many installations are counted by state', (t) => {
  const many = ['a', 'b', 'c', 'd'].map((name) => status(name, name === 'c' ? { state: 'waiting' } : {}))
  t.is(message(many)[0], '4 installations: 1 waiting, 3 healthy at 1a2b3c4')
})

test('the subject names those that need a person, and counts the others', (t) => {
  const many = Array.from({ length: 60 }, (_, n) => (n === 7 ? failed('i7') : status(`i${n}`)))
  const lines = message(many)
  t.is(lines[0], 'i7 failed, 59 healthy at 1a2b3c4')
  t.deepEqual(lines.slice(2, 6), [
    '- i7: failed',
    '  Pod i7/x is wrong',
    '    → correct it',
    '- i0, i1, i2 and 56 more: healthy',
  ])
})

test('many that need a person for the same reason are told once', (t) => {
  const many = [...Array.from({ length: 9 }, (_, n) => failed(`f${n}`)), status('ok')]
  const lines = message(many)
  t.is(lines[0], 'f0, f1, f2 and 6 more failed, 1 healthy at 1a2b3c4')
  t.is(lines.filter((line) => line.includes('is wrong')).length, 1)
  t.true(lines.includes('  the same in 8 more: f1, f2, f3 and 5 more'))
})

test('a remedy stands once below the problems that share it', (t) => {
  const problem = { code: 'rejected', message: 'no', remedy: 'correct it' }
  const lines = message([
    status('a', { state: 'failed', problems: [problem, { ...problem, message: 'nor' }] }),
  ])
  t.deepEqual(lines.slice(3, 6), ['  no', '  nor', '    → correct it'])
})

test('what stays of one that is gone is said with why, as far as there is room', (t) => {
  const left = Array.from({ length: 12 }, (_, n) => `ConfigMap acme/c${n}: reeve.dev/prune: "false"`)
  const lines = message([], [{ ...removed('acme'), left }])
  t.deepEqual(lines.slice(2, 4), ['- acme: gone', '  left ConfigMap acme/c0: reeve.dev/prune: "false"'])
  t.is(lines[13], '  and 2 more left objects')
})

test('an installation that is gone is said to be', (t) => {
  t.is(message([], [removed('acme')])[0], 'acme: gone at 1a2b3c4')
})

test('a healed drift is told from a release', (t) => {
  const healed = status('acme', {
    changes: [{ object: 'ConfigMap a/b', action: 'patched', reason: 'drift', fields: ['data.x'] }],
  })
  const lines = message([healed])
  t.is(lines[0], 'acme: healthy at 1a2b3c4 (drift put back)')
  t.true(lines.includes('  patched (drift) ConfigMap a/b: data.x'))
})

test('equal drifts are counted', (t) => {
  const drift = { object: 'ConfigMap a/b', action: 'patched', reason: 'drift', fields: ['data.x'] } as const
  const lines = message([status('acme', { changes: [{ ...drift, times: 3 }] })])
  t.true(lines.includes('  patched (drift, 3 times) ConfigMap a/b: data.x'))
})

test('a write for another commit than the current one says so', (t) => {
  const change = { object: 'ConfigMap a/b', action: 'patched', reason: 'commit' } as const
  const changes = [
    { ...change, commit: 'f'.repeat(40), fields: ['data.x'] },
    { ...change, commit: COMMIT, fields: ['data.y'] },
  ]
  t.deepEqual(message([status('acme', { changes })]).slice(3, 5), [
    '  patched (at fffffff) ConfigMap a/b: data.x',
    '  patched ConfigMap a/b: data.y',
  ])
})

test('an installation whose directory was renamed has moved', (t) => {
  const changes = [{ object: 'ConfigMap a/b', action: 'moved', reason: 'commit', from: 'acme' }] as const
  const lines = message([status('beta', { changes })], [removed('acme', [], 'beta')])
  t.is(lines[0], 'beta: healthy at 1a2b3c4 (moved from acme)')
  t.deepEqual(lines.slice(2, 5), [
    '- beta: healthy',
    '  moved (from acme) ConfigMap a/b',
    '- acme: gone; its objects moved to beta',
  ])
})

test('what was deleted with an installation stands in the body', (t) => {
  const lines = message([], [removed('acme', [{ object: 'Pod a/b', action: 'deleted', reason: 'commit' }])])
  t.true(lines.includes('  deleted Pod a/b'))
})

test('writes found after a crash are told as recovered', (t) => {
  const changes = [{ object: 'Pod a/b', action: 'created', reason: 'recovered' }] as const
  const lines = message([status('acme', { changes })])
  t.is(lines[0], 'acme: healthy at 1a2b3c4 (recovered)')
  t.true(lines.includes('  created (recovered) Pod a/b'))
})

test('a note without transitions is the subject', (t) => {
  const note = 'history rewritten: 1 does not follow 2'
  const text = statusMessage({ cluster: 'east', commit: COMMIT, changed: [], gone: [], notes: [note] })
  t.is(text, `${note}\n\nReeve-Commit: ${COMMIT}\nReeve-Cluster: east\n`)
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
  const problems = (n: number) => [{ code: 'rejected', message: `no. ${n}` }]
  const many = Array.from({ length: 1000 }, (_, n) => status(`i${n}`, { problems: problems(n * 7) }))
  t.true(message(many).length < 80)
})
