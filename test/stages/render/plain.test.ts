import test from 'ava'
import fc from 'fast-check'
import { describeFault } from '../../../src/model/fault.ts'
import type { Installation } from '../../../src/model/installation.ts'
import { MAX_FILE_BYTES } from '../../../src/model/snapshot.ts'
import { lineOf } from '../../../src/stages/declare/yaml/line-of.ts'
import { onlyInstallation } from '../../helpers/declare-files.ts'

/** Renders files, all in the directory acme, by their names. */
function render(files: Readonly<Record<string, string | Uint8Array>>): Promise<Installation> {
  const placed = Object.entries(files).map(([name, content]) => [`acme/${name}`, content])
  return onlyInstallation(Object.fromEntries(placed))
}

async function faultsOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string[]> {
  return (await render(files)).faults.map(describeFault)
}

const configMap = (name: string, more = '') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`

test('the objects of all files and documents come with their places', async (t) => {
  const { name, id, objects, faults } = await render({
    'a.yaml': `# first\n---\n${configMap('a1')}---\n# nothing\n---\n${configMap('a2')}`,
    'b.yml': `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Secret, metadata: {name: b1}}\n-\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: b2}\n`,
    'c.json': '{\n\t"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "c1"}}',
    'd.yaml': '# nothing at all',
  })
  t.deepEqual([name, id, faults], ['acme', 'acme', []])
  t.deepEqual(
    objects.map(({ object, origin }) => [object.metadata.name, ...Object.values(origin)]),
    [
      ['a1', 'acme/a.yaml', 3, 0, ''],
      ['a2', 'acme/a.yaml', 10, 1, ''],
      ['b1', 'acme/b.yml', 4, 0, '/items/0'],
      ['b2', 'acme/b.yml', 6, 0, '/items/1'],
      ['c1', 'acme/c.json', 1, 0, ''],
    ],
  )
})

test('an origin is enough to find the line of any field', async (t) => {
  const text = `---\nkind: List\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: x\n  spec:\n    containers:\n    - name: a\n      imagee: b\n`
  const [declared] = (await render({ 'a.yaml': text })).objects
  t.is(
    lineOf(text, declared?.origin.document ?? -1, `${declared?.origin.pointer}/spec/containers/0/imagee`),
    12,
  )
})

test('every fault of every file is reported, by file and line', async (t) => {
  const found = await faultsOf({
    'a.yaml': `${configMap('a', '  labels:\n    x: 1\n    y: true\n')}---\nkind: Pod\n---\nb: [\n`,
    'b.yaml': `apiVersion: v1\nkind: List\nitems:\n- ${configMap('Upper').replaceAll('\n', '\n  ')}\n- text\n`,
    'c.yaml': configMap('c', 'data:\n  x: a\n  x: b\n'),
  })
  t.deepEqual(
    found.map((line) => line.replace(/(:\d+: [^:]*).*/, '$1')),
    [
      'acme/a.yaml:6: metadata that Kubernetes does not accept',
      'acme/a.yaml:7: metadata that Kubernetes does not accept',
      'acme/a.yaml:9: a required field is missing or not a string',
      'acme/a.yaml:9: a required field is missing or not a string',
      'acme/a.yaml:12: not valid YAML',
      'acme/b.yaml:7: not a name that Kubernetes accepts',
      'acme/b.yaml:9: not a Kubernetes object',
      'acme/c.yaml:7: duplicate key in a mapping',
    ],
  )
})

test('an object that is declared twice is named with both places', async (t) => {
  const { faults: found } = await render({
    'a.yaml': configMap('x'),
    'b.yaml': `${configMap('x', '  namespace: other\n')}---\n${configMap('x', '  namespace: default\n')}`,
  })
  t.deepEqual(found.map(describeFault), [
    'acme/b.yaml:7: one object declared in two places: ConfigMap default/x, at acme/a.yaml:1 and acme/b.yaml:7',
  ])
  t.is(found[0]?.object, '/ConfigMap/default/x')
})

test('versions of a kind are one object, groups are not', async (t) => {
  const of = (apiVersion: string) => `apiVersion: ${apiVersion}\nkind: X\nmetadata: {name: x}\n`
  t.is((await faultsOf({ 'a.yaml': of('a.b/v1'), 'b.yaml': of('a.b/v2') })).length, 1)
  t.is((await faultsOf({ 'a.yaml': of('a.b/v1'), 'b.yaml': of('b.b/v1') })).length, 0)
})

test('a file that is not UTF-8 is a fault on the line of its first wrong byte', async (t) => {
  const bytes = Buffer.concat([
    Buffer.from('a: é\nb: '),
    Buffer.from([0xc3]),
    Buffer.from('\nc: '),
    Buffer.from([0xff]),
  ])
  t.deepEqual(await faultsOf({ 'a.yaml': bytes }), ['acme/a.yaml:2: not UTF-8 text'])
})

test('a file that is too large to be read is a fault', async (t) => {
  const large = `acme/a.yaml:1: the file is larger than Reeve reads: more than ${MAX_FILE_BYTES} bytes`
  t.deepEqual(await faultsOf({ 'a.yaml': '#'.repeat(MAX_FILE_BYTES + 1) }), [large])
  t.deepEqual(await faultsOf({ 'a.yaml': '#'.repeat(MAX_FILE_BYTES) }), [])
})

test('a Chart.yaml is of no use by itself', async (t) => {
  const { faults } = await render({ 'Chart.yaml': 'name: a', 'x.yaml': configMap('x') })
  t.deepEqual(
    faults.map(({ code }) => code),
    ['unused-template'],
  )
})

test('a file of nothing but faults is not read to its end', async (t) => {
  const files = Object.fromEntries(
    Array.from({ length: 3 }, (_, index) => [`${index}.yaml`, 'a\n---\n'.repeat(5000)]),
  )
  t.is((await render(files)).faults.length, 3000)
})

test('no message holds a value of a Secret', async (t) => {
  const found = await faultsOf({
    'a.yaml':
      'apiVersion: v1\nkind: Secret\nmetadata: {name: x, labels: {a: hunter2-}}\nstringData:\n  a: hunter2\n  a: hunter2\n',
    'b.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: y}\nstringData:\n  a: !hunter2^\n',
    'c.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: z}\nstringData:\n  a: "hunter2\n',
  })
  t.is(found.length, 4)
  t.notRegex(found.join('\n'), /hunter2/)
})

test('any bytes are rendered without an exception', async (t) => {
  const yaml = fc.constantFrom(
    'apiVersion: v1\n',
    'kind: List\n',
    'items:\n',
    '- ',
    '  metadata: {name: x}\n',
    '---\n',
    '{',
    '}',
    '"',
  )
  const text = fc
    .array(fc.oneof(yaml, fc.string({ maxLength: 4 })), { maxLength: 20 })
    .map((words) => Buffer.from(words.join('')))
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.uint8Array({ maxLength: 60 })), async (bytes) => {
      const { objects, faults } = await render({ 'a.yaml': bytes })
      return (
        objects.every(({ object }) => object.metadata.name !== '') && faults.every(({ location }) => location)
      )
    }),
    { numRuns: 2000 },
  )
  t.pass()
})
