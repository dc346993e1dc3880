import test from 'ava'
import { load } from 'js-yaml'
import { revisionAt } from '../../../src/model/revision.ts'
import type { InstallationStatus } from '../../../src/model/status.ts'
import { readRecord } from '../../../src/stages/report/read-record.ts'
import { readRecords } from '../../../src/stages/report/read-records.ts'
import { StatusPages } from '../../../src/stages/report/status-pages.ts'
import { isPagePath, isStatusPath } from '../../../src/stages/report/status-path.ts'
import { statusRecord } from '../../../src/stages/report/status-record.ts'

function statusFiles(cluster: string, statuses: readonly InstallationStatus[]): ReadonlyMap<string, string> {
  return new StatusPages(cluster).of(records(cluster, statuses))
}

function records(cluster: string, statuses: readonly InstallationStatus[]) {
  return statuses.map((status) => ({ status, text: statusRecord(cluster, status) }))
}

const acme: InstallationStatus = {
  name: 'eu/acme',
  state: 'failed',
  commit: 'a'.repeat(40),
  source: 'digest',
  version: '1.2',
  objects: { declared: 3, healthy: 2 },
  changes: [
    { object: 'Deployment.apps eu/web', action: 'patched', reason: 'commit', fields: ['spec.replicas'] },
  ],
  problems: [
    {
      code: 'rejected',
      message: 'a | b <script> `c`',
      remedy: 'do',
      object: 'Pod eu/x',
      file: 'eu/acme/a.yaml',
      line: 7,
    },
    { code: 'progressing', message: 'm', object: 'Pod eu/y', since: '2026-01-01T00:00:00Z' },
  ],
}

test('each installation has a record that reads back as it was', (t) => {
  const text = statusFiles('east', [acme]).get('installations/eu/acme.yaml') ?? ''
  t.deepEqual(readRecord(text), acme)
  t.like(load(text), { apiVersion: 'reeve.dev/v1alpha1', kind: 'InstallationStatus', cluster: 'east' })
})

test('a revision of one commit is written as that commit, one of two as what it is made of', (t) => {
  const [own, inherited] = ['b'.repeat(40), 'c'.repeat(40)]
  const mixed = { own, inherited, group: 'production' }
  const held = { ...acme, applied: revisionAt(own), done: mixed }
  const text = statusRecord('east', held)
  t.like(load(text), { applied: own, done: mixed })
  t.deepEqual(readRecord(text), held)
})

test('the same statuses give the same bytes in whatever order they come', (t) => {
  const beta = { ...acme, name: 'beta' }
  t.deepEqual([...statusFiles('east', [acme, beta])], [...statusFiles('east', [beta, acme])])
})

test('the table links the record and breaks neither the row nor out of it', (t) => {
  const table = statusFiles('east', [acme]).get('README.md') ?? ''
  const row = table.split('\n').find((line) => line.includes('eu/acme')) ?? ''
  t.true(row.includes('(installations/eu/acme.yaml)'))
  t.is(row.split(/(?<!\\)\|/).length, 8)
  t.regex(row, /`` ?[^`]*<script> `c` ?[^`]*``/, 'markup is within code')
  t.true(row.includes('eu/acme/a.yaml:7: Pod eu/x: a'))
})

test('the table begins with what needs a person, and says what to do', (t) => {
  const statuses = [{ ...acme, name: 'a', state: 'healthy', problems: [] } as const, { ...acme, name: 'z' }]
  const lines = (statusFiles('east', statuses).get('README.md') ?? '').split('\n')
  t.is(lines[2], '2 installations: 1 failed, 1 healthy.')
  t.regex(lines[6] ?? '', /^\| \[z\].* → do`` \|$/)
  t.regex(lines[7] ?? '', /^\| \[a\]/)
})

test('a page links to nothing but files of the branch', (t) => {
  const large = Array.from({ length: 600 }, (_, n) => ({ ...acme, name: `i${n}` }))
  for (const files of [statusFiles('east', [acme]), statusFiles('east', large)])
    for (const [path, text] of files) if (isPagePath(path)) t.notRegex(text, /https?:|\/\//)
})

test('a transition in a large fleet rewrites three small files', (t) => {
  const pages = new StatusPages('east')
  const fleet: readonly InstallationStatus[] = Array.from({ length: 5_000 }, (_, n) => ({
    ...acme,
    name: `eu/i${n}`,
    state: 'healthy',
  }))
  const before = pages.of(records('east', fleet))
  const after = pages.of(records('east', fleet.with(7, { ...acme, name: 'eu/i7' })))
  const changed = [...after].filter(([path, text]) => before.get(path) !== text)
  t.deepEqual(changed.map(([path]) => path.replace(/~../, '~xx')).sort(), [
    'README.md',
    'installations/~xx/README.md',
    'installations/~xx/eu/i7.yaml',
  ])
  t.true(changed.every(([, text]) => text.length < 30_000))
  t.is(readRecords(after).size, 5_000)
  t.true([...after.keys()].every((path) => isPagePath(path) || isStatusPath(path)))
})

test('a branch changes its layout late, and reads either', (t) => {
  const fleet = Array.from({ length: 450 }, (_, n) => ({ ...acme, name: `i${n}` }))
  const whole = statusFiles('east', fleet)
  const pages = new StatusPages('east')
  const sharded = pages.of(
    records('east', [...fleet, ...fleet.map(({ name }) => ({ ...acme, name: `x${name}` }))]),
  )
  t.true(whole.has('installations/i7.yaml'))
  t.false(sharded.has('installations/i7.yaml'))
  t.false(pages.of(records('east', fleet)).has('installations/i7.yaml'), 'between the two numbers it stays')
  const restarted = new StatusPages('east')
  restarted.noteLayout(sharded.keys())
  t.false(restarted.of(records('east', fleet)).has('installations/i7.yaml'))
  t.true(pages.of(records('east', fleet.slice(0, 300))).has('installations/i7.yaml'))
})

for (const [what, text] of [
  ['not YAML', ': ['],
  ['a list', '- 1'],
  ['no record', 'kind: ConfigMap\nmetadata: {name: x}'],
  ['an unknown state', statusRecord('east', acme).replace('state: failed', 'state: fine')],
  ['what names a branch for a commit', statusRecord('east', { ...acme, commit: 'refs/heads/evil' })],
  ['what names an abbreviated commit', statusRecord('east', { ...acme, commit: 'a'.repeat(12) })],
  [
    'what has aliases',
    statusRecord('east', acme).replace('problems:', 'anchor: &a [1]\nalias: *a\nproblems:'),
  ],
  ['what merges keys', `${statusRecord('east', acme)}base: &b {x: 1}\nmore: {<<: *b}\n`],
  ['what nests without end', `${statusRecord('east', acme)}deep: ${'['.repeat(100_000)}`],
  ['what is larger than a record', `${statusRecord('east', acme)}# ${'x'.repeat(5 << 20)}`],
  ['a name that no path can have', statusRecord('east', acme).replace('eu/acme', '"\\ud800"')],
] as const)
  test(`${what} on the branch is no record`, (t) => {
    t.is(readRecord(text), undefined)
  })

test('what is no part of a record is left out, whatever it is', (t) => {
  const text = statusRecord('east', acme)
    .replace('objects:', 'applied: refs/heads/evil\ndone: main\n__proto__: {polluted: true}\nobjects:')
    .replace('declared: 3', 'declared: {toString: 1}')
    .replace('healthy: 2', 'healthy: -1')
    .replace('- spec.replicas', '- [[a, b], {c: d}]\n      - spec.replicas')
  const read = readRecord(text)
  t.deepEqual(read, { ...acme, objects: { declared: 0, healthy: 0 } })
  t.false('polluted' in {})
})
