import test from 'ava'
import { isContained } from './is-contained.ts'

const TEMPLATE = { 'templates/app/web.yaml': configMap('${installation.name}') }

test.serial('a ring of 3,000 dependencies', async (t) => {
  const ring = many(3_000, (index) => installation(`member-${index}`, [(index + 1) % 3_000]))
  const { stdout } = await isContained(t, { ...TEMPLATE, 'fleet/all.yaml': ring })
  t.true(
    stdout.includes(
      'member-7: installations that depend on each other: ' +
        'member-7 → member-8 → member-9 → member-10 → member-11 → … → member-7 (3000 installations in all)',
    ),
  )
  t.regex(stdout, /\b3000 faults\.\n$/)
})

test.serial('a knot of 3,000 installations with 20 dependencies each', async (t) => {
  const knot = many(3_000, (index) =>
    installation(
      `member-${index}`,
      Array.from({ length: 20 }, (_, each) => (index * 7 + each * 131 + 1) % 3_000),
    ),
  )
  const { stdout } = await isContained(t, { ...TEMPLATE, 'fleet/all.yaml': knot })
  t.regex(stdout, /\b30000 faults\.\n$/)
})

test.serial('a chain of 8,000 dependencies', async (t) => {
  const chain = many(8_000, (index) => installation(`member-${index}`, index < 7_999 ? [index + 1] : []))
  const { stdout } = await isContained(t, { ...TEMPLATE, 'fleet/all.yaml': chain })
  t.is(stdout, '8001 installations, 16001 objects, no faults.\n')
})

for (const [shape, outermost] of [
  ['a chain', ''],
  ['a ring', ', group: group-0'],
])
  test.serial(`${shape} of 8,000 groups`, async (t) => {
    const groups = many(8_000, (index) => {
      const outer = index < 7_999 ? `, group: group-${index + 1}` : outermost
      return (
        'apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\n' +
        `metadata: {name: group-${index}}\nspec: {template: {path: templates/app}${outer}}\n`
      )
    })
    const members = many(3, (index) =>
      `${installation(`member-${index}`, [])}`.replace(
        'template: {path: templates/app}',
        `group: group-${index}`,
      ),
    )
    const { stdout } = await isContained(t, {
      ...TEMPLATE,
      'groups/all.yaml': groups,
      'fleet/all.yaml': members,
    })
    t.true(
      stdout.includes(
        'groups/all.yaml:9: a group inside too many others: ' +
          'group-1, in group-2, in group-3 and more: at most 32 levels (concerns 2 installations: groups, member-1)',
      ),
    )
  })

function many(count: number, document: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => document(index)).join('---\n')
}

function installation(name: string, dependsOn: readonly number[]): string {
  const names = dependsOn.map((index) => `member-${index}`).join(', ')
  return (
    'apiVersion: reeve.dev/v1alpha1\nkind: Installation\n' +
    `metadata: {name: ${name}}\nspec: {template: {path: templates/app}, dependsOn: [${names}]}\n`
  )
}

function configMap(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${name}"}\n`
}
