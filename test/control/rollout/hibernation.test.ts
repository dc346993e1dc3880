import test from 'ava'
import { objectIn } from '../../../src/model/json.ts'
import { own } from '../../helpers/rollout-documents.ts'
import { until } from '../../helpers/until.ts'
import { ComposedFleet } from './composed-fleet.ts'

const NAMES = ['a', 'b', 'c', 'd']

const DEPLOYMENT = [
  'apiVersion: apps/v1',
  'kind: Deployment',
  'metadata: {name: "${installation.name}"}',
  'spec: {replicas: 3, template: {spec: {containers: [{name: web, image: "web:${values.version}"}]}}}',
  '',
].join('\n')

const group = (version: string, more = '') =>
  own(
    'InstallationGroup',
    'all',
    `{template: {path: templates/web}, values: {version: "${version}"}, rollout: {maxUnavailable: 1}${more}}`,
  )
const member = (name: string, more = '') => ({
  [`fleet/${name}.yaml`]: own('Installation', name, `{group: all${more}}`),
})

const FILES = {
  'templates/web/web.yaml': DEPLOYMENT,
  'groups/all.yaml': group('1'),
  ...Object.assign({}, ...NAMES.map((name) => member(name))),
}

/** The Deployment of each, as `replicas of image`. */
function shown({ fleet }: ComposedFleet): Readonly<Record<string, string>> {
  const found = [...fleet.installations.values()].flatMap(({ name, objects }) => {
    const deployment = objects.find(({ object }) => object.kind === 'Deployment')
    if (deployment === undefined) return []
    const { replicas, template } = objectIn(deployment.object.spec)
    return [[name, `${replicas} of ${/web:\d+/.exec(JSON.stringify(template))?.[0]}`]]
  })
  return Object.fromEntries(found)
}

async function settled(fleet: ComposedFleet, wanted: Readonly<Record<string, string>>): Promise<void> {
  await until(JSON.stringify(wanted), () => {
    fleet.all('healthy')
    return JSON.stringify(shown(fleet)) === JSON.stringify(wanted)
  })
}

test('members sleep at once, keep what they inherit meanwhile, and wake one by one at what the group is at', async (t) => {
  await using fleet = new ComposedFleet()
  await fleet.push(FILES)
  await settled(fleet, { a: '3 of web:1', b: '3 of web:1', c: '3 of web:1', d: '3 of web:1' })
  await fleet.push({ ...member('a', ', hibernated: true'), ...member('b', ', hibernated: true') })
  t.deepEqual(shown(fleet), { a: '0 of web:1', b: '0 of web:1', c: '3 of web:1', d: '3 of web:1' })
  await fleet.push({ 'groups/all.yaml': group('2') })
  await settled(fleet, { a: '0 of web:1', b: '0 of web:1', c: '3 of web:2', d: '3 of web:2' })
  fleet.all('healthy')
  await fleet.push({ ...member('a'), ...member('b') })
  t.deepEqual(shown(fleet), { a: '3 of web:2', b: '0 of web:1', c: '3 of web:2', d: '3 of web:2' })
  await fleet.decide()
  t.is(shown(fleet).b, '0 of web:1', 'it waits for the budget')
  t.regex(fleet.fleet.compositions.waits?.get('b') ?? '', /maxUnavailable/)
  await settled(fleet, { a: '3 of web:2', b: '3 of web:2', c: '3 of web:2', d: '3 of web:2' })
})

test('a group puts its members to sleep, all but one that says otherwise, and no revision comes of it', async (t) => {
  await using fleet = new ComposedFleet()
  await fleet.push({ ...FILES, ...member('d', ', hibernated: false') })
  const awake = { a: '3 of web:1', b: '3 of web:1', c: '3 of web:1', d: '3 of web:1' }
  await settled(fleet, awake)
  const at = fleet.report('all')?.commit
  await fleet.push({ 'groups/all.yaml': group('1', ', hibernated: true') })
  const asleep = { a: '0 of web:1', b: '0 of web:1', c: '0 of web:1', d: '3 of web:1' }
  t.deepEqual(shown(fleet), asleep)
  await fleet.push({ 'groups/all.yaml': group('2', ', hibernated: true') })
  await settled(fleet, { ...asleep, d: '3 of web:2' })
  await fleet.push({ 'groups/all.yaml': group('1', ', hibernated: true') })
  await settled(fleet, asleep)
  await fleet.push({ 'groups/all.yaml': group('1') })
  t.not(fleet.report('all')?.commit, undefined)
  t.is(Object.values(shown(fleet)).filter((each) => each.startsWith('0')).length, 2, 'one at a time')
  await settled(fleet, awake)
  t.not(at, undefined)
})
