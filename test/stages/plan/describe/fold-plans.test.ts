import test from 'ava'
import type { JsonValue } from '../../../../src/model/json.ts'
import { type Fold, foldPlans } from '../../../../src/stages/plan/describe/fold-plans.ts'
import type {
  InstallationDocument,
  ObjectDocument,
} from '../../../../src/stages/plan/describe/plan-document.ts'

const NONE = { create: 0, change: 0, delete: 0, blocked: 0, unchanged: 0 }

function installation(name: string, ...objects: readonly ObjectDocument[]): InstallationDocument {
  return { name, commit: 'a'.repeat(40), summary: NONE, objects }
}

function change(name: string, namespace: string, after: JsonValue, kind = 'ConfigMap'): ObjectDocument {
  const changes = [{ path: 'data.x', before: 'old', after }]
  return { action: 'patch', group: '', kind, namespace, name, file: `${namespace}/x.yaml`, line: 1, changes }
}

const told = (folds: readonly Fold[]) =>
  folds.map(({ installations, isButForNames, shown }) => [
    installations.join(),
    shown.objects.map(({ kind, name }) => `${kind} ${name}`).join(),
    isButForNames,
  ])

test('the same change in every installation is one fold, whatever the namespace and the file', (t) => {
  const all = ['acme', 'beta', 'eu/carol'].map((name) => installation(name, change('web', name, 'new')))
  t.deepEqual(told(foldPlans(all)), [['acme,beta,eu/carol', 'ConfigMap web', false]])
})

test('objects that bear the name of their installation are the same', (t) => {
  const all = ['acme', 'beta', 'eu/carol'].map((name) => {
    const last = name.split('/').at(-1)
    return installation(name, change(`${last}-web`, 'shared', 'new'))
  })
  t.deepEqual(told(foldPlans(all)), [['acme,beta,eu/carol', 'ConfigMap acme-web', false]])
})

test('values that differ in the name of the installation are the same but for that', (t) => {
  const all = ['acme', 'beta'].map((name) =>
    installation(name, change('web', name, `https://${name}.example`)),
  )
  t.deepEqual(told(foldPlans(all)), [['acme,beta', 'ConfigMap web', true]])
})

test('an installation whose name is in everyone’s change is folded with the others', (t) => {
  const all = ['new', 'old', 'acme'].map((name) => installation(name, change('web', name, 'new')))
  t.deepEqual(told(foldPlans(all)), [['new,old,acme', 'ConfigMap web', false]])
})

test('a part of a word is not the name of an installation', (t) => {
  const folds = foldPlans([
    installation('a', change('web', 'x', 'spam')),
    installation('o', change('web', 'x', 'spom')),
  ])
  t.is(folds.length, 2)
})

test('a text that looks like a placeholder is not taken for a name', (t) => {
  const folds = foldPlans([
    installation('acme', change('web', 'x', 'acme')),
    installation('beta', change('web', 'x', '\0last;')),
  ])
  t.is(folds.length, 2)
})

test('what differs is shown on its own, the rest is still folded', (t) => {
  const folds = foldPlans([
    installation('acme', change('web', 'acme', 'new'), change('only', 'acme', 'mine')),
    installation('beta', change('web', 'beta', 'new')),
    installation('carol', change('web', 'carol', 'other')),
  ])
  t.deepEqual(told(folds), [
    ['acme,beta', 'ConfigMap web', false],
    ['acme', 'ConfigMap only', false],
    ['carol', 'ConfigMap web', false],
  ])
})

test('kinds, names, actions and commits that differ are not folded', (t) => {
  const base = change('web', 'x', 'new')
  const others: readonly InstallationDocument[] = [
    installation('beta', change('web', 'x', 'new', 'Other')),
    installation('beta', change('web-2', 'x', 'new')),
    installation('beta', { ...base, action: 'delete' }),
    { ...installation('beta', base), commit: 'b'.repeat(40) },
    { ...installation('beta', base), held: [] },
  ]
  for (const other of others) t.is(foldPlans([installation('acme', base), other]).length, 2)
})

test('equal objects of one installation remain two', (t) => {
  const twice = (name: string) => installation(name, change('web', 'x', 'new'), change('web', 'y', 'new'))
  const [fold, ...more] = foldPlans([twice('acme'), twice('beta')])
  t.deepEqual(more, [])
  t.is(fold?.shown.objects.length, 2)
  t.deepEqual(fold?.installations, ['acme', 'beta'])
})

test("creations are compared without Reeve's own marks", (t) => {
  const created = (name: string): ObjectDocument => ({
    action: 'create',
    group: '',
    kind: 'Namespace',
    name,
    object: {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { team: 'a' }, annotations: { 'reeve.dev/applied': `mark of ${name}x` } },
    },
  })
  const folds = foldPlans([installation('acme', created('acme')), installation('beta', created('beta'))])
  t.deepEqual(told(folds), [['acme,beta', 'Namespace acme', false]])
})

test('ten thousand installations are folded in a moment', (t) => {
  const all = Array.from({ length: 10_000 }, (_, index) =>
    installation(
      `c-${index}`,
      change('web', `c-${index}`, 'new'),
      change('app', `c-${index}`, `c-${index}.example`),
    ),
  )
  const started = process.cpuUsage()
  const folds = foldPlans(all)
  t.is(folds.length, 1)
  t.true(process.cpuUsage(started).user < 8_000_000)
})
