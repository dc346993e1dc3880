import test from 'ava'
import { isContained } from './is-contained.ts'

const MEMBERS = 500
const TEMPLATE = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${installation.name}"}\n'
const TOO_MANY =
  /^groups\/all\.yaml:\d+: more values than Reeve merges for all installations of a commit: .* \(concerns 4[89]\d installations: /

test.serial('100,000 values of a group of 500 members', async (t) => {
  const { stdout } = await isContained(
    t,
    filesWith({ values: numbered(100_000, (index) => `text ${index}`) }),
  )
  t.regex(stdout, TOO_MANY)
  t.true(stdout.endsWith(', 1 fault.\n'))
})

test.serial('80,000 values of a group of 500 members, each with a reference', async (t) => {
  const values = numbered(80_000, (index) => `\${installation.name} ${index}`)
  const { stdout } = await isContained(t, filesWith({ values }))
  t.regex(stdout, TOO_MANY)
})

test.serial('100,000 values by aliases in a group of 500 members', async (t) => {
  const parts = 'a: &a {x: 1, y: 2, z: 3}\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n'
  const more = ['c: &c', 'd: &d', 'e: &e', 'f: &f'].map((key, index) => {
    const of = 'bcde'[index]
    return `${key} [*${of}, *${of}, *${of}, *${of}, *${of}, *${of}, *${of}, *${of}]\n`
  })
  const values = (parts + more.join('')).replaceAll(/^/gm, '    ').trimEnd()
  const group = `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: all}\nspec:\n  template: {path: templates/app}\n  values:\n${values}\n`
  const { stdout } = await isContained(t, { ...filesWith({}), 'groups/all.yaml': group })
  t.regex(stdout, TOO_MANY)
})

test.serial('50,000 values of a group of 500 members, and as many enforced ones', async (t) => {
  const values = numbered(50_000, (index) => `text ${index}`)
  const enforced = numbered(50_000, (index) => `other ${index}`)
  const { stdout } = await isContained(t, filesWith({ values, enforced: { values: enforced } }))
  t.regex(stdout, TOO_MANY)
})

test.serial('4,000 values of a group of 500 members are no trouble', async (t) => {
  const { stdout } = await isContained(t, filesWith({ values: numbered(4_000, (index) => `text ${index}`) }))
  t.is(stdout, '502 installations, 1002 objects, no faults.\n')
})

function filesWith(spec: object): Readonly<Record<string, string>> {
  return {
    'templates/app/config.yaml': TEMPLATE,
    'groups/all.yaml': document('InstallationGroup', 'all', { template: { path: 'templates/app' }, ...spec }),
    'fleet/all.yaml': Array.from({ length: MEMBERS }, (_, index) =>
      document('Installation', `member-${index}`, { group: 'all', values: { own: index } }),
    ).join('---\n'),
  }
}

function document(kind: string, name: string, spec: object): string {
  return `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${JSON.stringify(spec)}\n`
}

function numbered(count: number, value: (index: number) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`value-${index}`, value(index)]))
}
