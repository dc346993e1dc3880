import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { apiGet } from '../../helpers/api-get.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { kubectl } from '../../helpers/live.ts'
import { configMap, definition, documents, namespace } from '../../helpers/manifests.ts'
import { objectWrites } from '../../helpers/object-writes.ts'
import { resourcePath } from '../../helpers/resource-path.ts'

const test = controlPlaneTest()

test('long integers arrive as written, and a change of the last digit is one patch', async (t) => {
  const { controlPlane } = t.context
  const home = 'longs'
  await using fleet = await startFleet(controlPlane, { name: home })
  const files = (last: string, gone = false) => ({
    'acme/all.yaml': documents(
      namespace(home),
      crd('longs', 'Long'),
      long(home, last, 'Long', gone),
      text(home),
    ),
  })
  await fleet.push(files('9223372036854775806'))
  const first = await fleet.sync()
  t.is(first.code, 0, first.stdout + first.stderr)
  t.is(
    await specOf(controlPlane, home),
    '{"double":9007199254740993,"free":{"18446744073709551615":{"big":18446744073709552000,"list":[-9223372036854775808,1]}},' +
      '"limit":9223372036854775807,"list":[9007199254740993,9007199254740995],"long":9223372036854775806,' +
      '"map":[{"id":9007199254740993,"x":"a"},{"id":9007199254740992,"x":"b"}],"plain":9223372036854775000,' +
      '"set":[9007199254740993,9007199254740992]}',
  )
  t.regex(
    await bodyOf(controlPlane, '', 'customresourcedefinitions/longs.e2e.dev'),
    /"maximum":9223372036854776000/,
  )
  t.regex(await bodyOf(controlPlane, home, 'configmaps/text'), /"n":"9007199254740993"/)

  const since = new Date()
  const writes = (since: Date) => objectWrites(controlPlane, { since })
  t.is((await fleet.sync()).code, 0)
  t.deepEqual(await writes(since), [])

  await fleet.push(files('9223372036854775807'))
  const plan = await fleet.plan('--output', 'json')
  t.regex(plan.stdout, /"before": 9223372036854775806,\s+"after": 9223372036854775807/, plan.stderr)
  t.regex(
    (await fleet.plan()).stdout,
    /- spec\.long: 9223372036854775806\n\s+\+ spec\.long: 9223372036854775807\n/,
  )
  t.regex((await fleet.plan('--output', 'yaml')).stdout, /after: 9223372036854775807\n/)
  const patched = new Date()
  t.is((await fleet.sync()).code, 0)
  t.is((await fleet.sync()).code, 0)
  t.deepEqual(
    (await writes(patched)).map(({ verb, name }) => [verb, name]),
    [['patch', 'one']],
  )
  t.regex(await specOf(controlPlane, home), /"long":9223372036854775807/)

  const drift = '{"spec":{"long":9223372036854775805,"set":[9007199254740992]}}'
  await kubectl(controlPlane, '-n', home, 'patch', 'longs/one', '--type=merge', '-p', drift)
  t.is((await fleet.sync()).code, 0)
  t.regex(await specOf(controlPlane, home), /"long":9223372036854775807.*"set":\[.*9007199254740993/)
  t.is((await fleet.plan()).code, 0)

  await fleet.push(files('9223372036854775807', true))
  t.is((await fleet.sync()).code, 0)
  t.regex(await specOf(controlPlane, home), /"set":\[9007199254740992\]/)
  t.is((await fleet.plan()).code, 0)
})

test('an integer that no int64 holds is a fault where the field is of integers', async (t) => {
  const { controlPlane } = t.context
  const home = 'too-long'
  await using fleet = await startFleet(controlPlane, { name: home })
  await fleet.push({
    'acme/all.yaml': documents(namespace(home), crd('toolongs', 'TooLong'), long(home, '1', 'TooLong')),
  })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({
    'acme/all.yaml': documents(
      namespace(home),
      crd('toolongs', 'TooLong'),
      long(home, '18446744073709551615', 'TooLong'),
    ),
  })
  t.is((await fleet.plan()).code, 2)
  const { stdout, stderr } = await fleet.sync()
  t.regex(stdout + stderr, /spec\.long: 18446744073709551615 is not a whole number within its range/)
})

async function specOf(controlPlane: ControlPlane, home: string): Promise<string> {
  const body = await bodyOf(controlPlane, home, 'longs/one')
  return /"spec":(.*)\}\s*$/s.exec(body)?.[1] ?? ''
}

/** The text that the API server sends. */
async function bodyOf(controlPlane: ControlPlane, home: string, what: string): Promise<string> {
  const [type = '', name] = what.split('/')
  const { body } = await apiGet(controlPlane, `${await resourcePath(controlPlane, home, type)}/${name}`)
  return String(body)
}

function text(home: string): string {
  return configMap(home, 'text', { n: '9007199254740993' })
}

function long(home: string, last: string, kind: string, gone = false): string {
  return `
apiVersion: e2e.dev/v1
kind: ${kind}
metadata: {name: one, namespace: ${home}}
spec:
  long: ${last}
  plain: 9223372036854775000
  double: 9007199254740993
  list: [9007199254740993, 0x20000000000003]
  set: [${gone ? '' : '9007199254740993, '}9007199254740992]
  map: [{id: 9007199254740993, x: a}, {id: 9007199254740992, x: b}]
  free:
    "18446744073709551615":
      big: 18446744073709551615
      list: [-9223372036854775808, 1]
`
}

function crd(plural: string, kind: string): string {
  const crd = JSON.parse(definition(plural, kind))
  const long = { type: 'integer', format: 'int64', minimum: -5 }
  const element = { type: 'object', properties: { id: { type: 'integer' }, x: { type: 'string' } } }
  crd.spec.versions[0].schema.openAPIV3Schema.properties.spec = {
    type: 'object',
    properties: {
      long,
      limit: { type: 'integer', default: JSON.rawJSON('9223372036854775807') },
      plain: { type: 'integer' },
      double: { type: 'number' },
      bounded: { type: 'number', maximum: JSON.rawJSON('9223372036854775807') },
      list: { type: 'array', items: { type: 'integer' } },
      set: { type: 'array', items: { type: 'integer' }, 'x-kubernetes-list-type': 'set' },
      map: {
        type: 'array',
        items: { ...element, required: ['id'] },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['id'],
      },
      free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    },
  }
  return `${JSON.stringify(crd)}\n`
}
