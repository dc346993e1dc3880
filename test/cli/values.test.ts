import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { reeveWithin } from '../helpers/reeve.ts'

async function validate(t: ExecutionContext, files: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-values-'))
  t.teardown(() => rm(directory, { recursive: true }))
  for (const [file, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, file)), { recursive: true })
    await writeFile(join(directory, file), content)
  }
  const { stdout } = await reeveWithin(['validate', directory])
  return stdout.replaceAll(`${directory}/`, '')
}

const SCHEMA = {
  properties: {
    size: { type: 'string' },
    web: { properties: { replicas: { type: 'integer', maximum: 9 } } },
  },
  additionalProperties: false,
  required: ['size'],
}
const TEMPLATE = {
  'templates/app/map.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "${installation.name}"}\ndata: {size: "${values.size}"}\n',
  'templates/app/values.yaml': '# the defaults\nsize: S\n',
  'templates/app/values.schema.json': JSON.stringify(SCHEMA),
}
const customer = (name: string, spec: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: ${spec}\n`
const group = (values: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: all}\nspec:\n  template: {path: templates/app}\n  values:\n    ${values}\n`

test('a value that does not fit is told at its own line, with its installation', async (t) => {
  const stdout = await validate(t, {
    ...TEMPLATE,
    'groups/all.yaml': group('size: M'),
    'fleet/cust-150.yaml': customer('cust-150', '\n  group: all\n  values:\n    size: 12'),
    'fleet/cust-151.yaml': customer('cust-151', '\n  group: all'),
  })
  t.regex(
    stdout,
    /^fleet\/cust-150\.yaml:7: cust-150: a value that the template does not accept: values\.size is 12; expected text$/m,
  )
  t.regex(stdout, /, 1 fault\.$/m)
})

test("a group's value that does not fit is told once, at the group's line, with how many it concerns", async (t) => {
  const fleet = Array.from({ length: 200 }, (_, n) => `cust-${String(n).padStart(3, '0')}`)
  const stdout = await validate(t, {
    ...TEMPLATE,
    'groups/all.yaml': group('web: {replicas: 12}'),
    ...Object.fromEntries(fleet.map((name) => [`fleet/${name}.yaml`, customer(name, '{group: all}')])),
  })
  const [first = '', , last] = stdout.split('\n')
  t.is(
    first,
    'groups/all.yaml:7: a value that the template does not accept: values.web.replicas is 12; expected at most 9' +
      ' (concerns 200 installations: cust-000, cust-001, cust-002 and 197 more)',
  )
  t.regex(last ?? '', /, 1 fault\.$/)
})

test('a value of the template itself, one that is missing, and a typo are told where they belong', async (t) => {
  const stdout = await validate(t, {
    ...TEMPLATE,
    'templates/app/values.yaml': 'size: 3\nsizes: M\n',
    'fleet/cust.yaml': customer('cust', '{template: {path: templates/app}}'),
  })
  t.regex(stdout, /^templates\/app\/values\.yaml:1: cust: .*values\.size is 3; expected text$/m)
  t.regex(
    stdout,
    /^templates\/app\/values\.yaml:2: cust: .*values\.sizes is not among the values of the template; did you mean size\?$/m,
  )
  const missing = await validate(t, {
    ...TEMPLATE,
    'templates/app/values.yaml': '{}\n',
    'fleet/cust.yaml': customer('cust', '{template: {path: templates/app}}'),
  })
  t.regex(missing, /^fleet\/cust\.yaml:4: cust: .*values\.size is missing$/m)
})

test('a value that Helm refuses by the schema of a chart is told at its own line', async (t) => {
  const stdout = await validate(t, {
    'charts/app/Chart.yaml': 'apiVersion: v2\nname: app\nversion: 1.0.0\n',
    'charts/app/values.yaml': 'size: S\n',
    'charts/app/values.schema.json': JSON.stringify(SCHEMA),
    'charts/app/templates/map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n',
    'fleet/cust.yaml': customer('cust', '\n  template: {path: charts/app}\n  values:\n    size: 12'),
  })
  t.regex(stdout, /^fleet\/cust\.yaml:7: cust: .*values\.size: got number, want string$/m)
})
