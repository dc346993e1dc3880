import test from 'ava'
import { budgetsFor } from '../../../src/model/budgets.ts'
import { describeFault } from '../../../src/model/fault.ts'
import { declareFiles } from '../../helpers/declare-files.ts'

const MEBIBYTE = 1024 ** 2
const big = 'x'.repeat(MEBIBYTE)

function installation(name: string, spec: string, metadata = ''): string {
  return `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata:\n  name: ${name}${metadata}\nspec:\n${spec}`
}

function configMap(name: string, data: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n${data}`
}

const of = (template: string, more = '') => `  template: {path: ${template}}\n${more}`
const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('')

async function faultsOf(files: Readonly<Record<string, string>>) {
  const { installations } = await declareFiles({
    'good.yaml': installation('good', of('small')),
    'small/a.yaml': configMap('good-${installation.name}', '  a: b\n'),
    ...files,
  })
  const good = installations.get('good')
  return {
    good: good?.faults.map(describeFault),
    objects: good?.objects.length,
    bad: installations.get('bad')?.faults.map(describeFault) ?? [],
  }
}

type Case = readonly [what: string, place: RegExp, files: Readonly<Record<string, string>>]

const CASES: readonly Case[] = [
  [
    'a value that many texts refer to',
    /^large\/a\.yaml:\d+: the rendered installation exceeds the size limit/,
    {
      'bad.yaml': installation('bad', of('large')),
      'large/values.yaml': `big: ${big}\n`,
      'large/a.yaml': configMap(
        'a',
        lines(3_000, (n) => `  k${n}: "${n} \${values.big}"`),
      ),
    },
  ],
  [
    'a value that one text refers to many times',
    /^large\/a\.yaml:6: /,
    {
      'bad.yaml': installation('bad', of('large')),
      'large/values.yaml': `big: ${big}\n`,
      'large/a.yaml': configMap('a', `  k: "${'${values.big}'.repeat(3_000)}"\n`),
    },
  ],
  [
    'a value that is a text by itself',
    /^large\/a\.yaml:\d+: /,
    {
      'bad.yaml': installation('bad', of('large')),
      'large/values.yaml': `big: ${big}\n`,
      'large/a.yaml': configMap(
        'a',
        lines(3_000, (n) => `  k${n}: \${values.big}`),
      ),
    },
  ],
  [
    'a mapping that many fields refer to',
    /^large\/a\.yaml:\d+: /,
    {
      'bad.yaml': installation('bad', of('large')),
      'large/values.yaml': `big:\n${lines(20_000, (n) => `  key-${n}: "${'y'.repeat(40)}"`)}`,
      'large/a.yaml': configMap(
        'a',
        lines(3_000, (n) => `  k${n}: \${values.big}`),
      ),
    },
  ],
  [
    'a value that many keys refer to',
    /^large\/a\.yaml:\d+: /,
    {
      'bad.yaml': installation('bad', of('large')),
      'large/values.yaml': `big: ${big}\n`,
      'large/a.yaml': configMap(
        'a',
        lines(3_000, (n) => `  "${n} \${values.big}": x`),
      ),
    },
  ],
  [
    'a value in many objects of many files',
    /^large\/b\d*\.yaml:\d+: /,
    {
      'bad.yaml': installation('bad', of('large')),
      'large/values.yaml': `big: ${big}\n`,
      ...Object.fromEntries(
        Array.from({ length: 200 }, (_, n) => [
          `large/b${n}.yaml`,
          configMap(`b${n}`, `  k: "a \${values.big}"\n`),
        ]),
      ),
    },
  ],
  [
    'values that refer to the installation',
    /^bad\.yaml:\d+: /,
    {
      'bad.yaml': installation(
        'bad',
        `${of('small')}  values:
${lines(1_000, (n) => `    k${n}: \${installation.labels}`)}`,
        `
  labels:
${lines(20_000, (n) => `    key-${n}: "${'y'.repeat(40)}"`)}`.trimEnd(),
      ),
    },
  ],
]

for (const [what, place, files] of CASES)
  test(`what renders to too much is at fault, and no other: ${what}`, async (t) => {
    const { good, objects, bad } = await faultsOf(files)
    t.deepEqual([good, objects], [[], 2])
    t.is(bad.length, 1, bad.map((each) => each.slice(0, 200)).join('\n'))
    t.regex(bad[0]?.slice(0, 300) ?? '', place)
    t.regex(bad[0] ?? '', /references expand to more than 64 MiB/)
  })

test('values that look like references to values are text, so that they do not double', async (t) => {
  const doubling = lines(40, (n) => `v${n + 1}: "\${values.v${n}}\${values.v${n}}"`)
  const { bad } = await faultsOf({
    'bad.yaml': installation('bad', of('large')),
    'large/values.yaml': `v0: text\n${doubling}`,
    'large/a.yaml': configMap('a', '  k: "a ${values.v40}"\n'),
  })
  t.deepEqual(bad, [])
})

test('what is large without references is taken as it is', async (t) => {
  const { bad } = await faultsOf({
    'bad.yaml': installation('bad', of('large')),
    'large/values.yaml': `big: ${big}\n`,
    'large/a.yaml': configMap(
      'a',
      lines(60, (n) => `  k${n}: "${n} \${values.big}"`),
    ),
  })
  t.deepEqual(bad, [])
})

test('installations that are large together are at fault, and the small ones are not', async (t) => {
  const members = Array.from({ length: 40 }, (_, n) => `large-${String(n).padStart(2, '0')}`)
  const files = {
    ...Object.fromEntries(members.map((name) => [`${name}.yaml`, installation(name, of('large'))])),
    'zulu.yaml': installation('zulu', of('small')),
    'small/a.yaml': configMap('zulu', '  a: b\n'),
    'large/values.yaml': `big: ${big}\n`,
    'large/a.yaml': configMap(
      '${installation.name}',
      lines(50, (n) => `  k${n}: "${n} \${values.big}"`),
    ),
  }
  const budgets = { ...budgetsFor(0), expanded: 64 * MEBIBYTE, rendered: 700 * MEBIBYTE }
  const { installations } = await declareFiles(files, { budgets })
  const faulty = members.filter((name) => installations.get(name)?.faults.length)
  t.deepEqual(faulty, members.slice(10))
  t.is(installations.get('large-20')?.faults[0]?.code, 'too-large-rendering')
  t.deepEqual(installations.get('zulu')?.faults, [])
})
