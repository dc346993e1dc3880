import test from 'ava'
import { objectIn } from '../../../src/model/json.ts'
import { own } from '../../helpers/rollout-documents.ts'
import { until } from '../../helpers/until.ts'
import { ComposedFleet } from './composed-fleet.ts'

const [EARLY, LATE] = ['2026-12-01T06:00:00Z', '2026-12-01T07:00:00Z']
const NAMES = ['a', 'b', 'c']

const DEPLOYMENT = [
  'apiVersion: apps/v1',
  'kind: Deployment',
  'metadata: {name: "${installation.name}"}',
  'spec: {template: {metadata: {}, spec: {}}}',
  '',
].join('\n')

const restarted = (at: string | undefined) => (at === undefined ? '' : `, restartedAt: "${at}"`)
const group = (at?: string) => ({
  'groups/all.yaml': own(
    'InstallationGroup',
    'all',
    `{template: {path: templates/web}, rollout: {maxUnavailable: 1}${restarted(at)}}`,
  ),
})
const member = (name: string, at?: string) => ({
  [`fleet/${name}.yaml`]: own('Installation', name, `{group: all${restarted(at)}}`),
})

/** When each was restarted, in their order. */
function times({ fleet }: ComposedFleet): readonly unknown[] {
  return NAMES.map((name) => {
    const { objects = [] } = fleet.installations.get(name) ?? {}
    const deployment = objects.find(({ object }) => object.kind === 'Deployment')
    const { metadata } = objectIn(objectIn(deployment?.object.spec).template)
    return objectIn(objectIn(metadata).annotations)['reeve.dev/restartedAt']
  })
}

async function settled(fleet: ComposedFleet, at: string): Promise<void> {
  await until(at, () => {
    fleet.all('healthy')
    return times(fleet).every((time) => time === at)
  })
}

test('a group restarts its members within its budget, and an earlier time of its own changes nothing', async (t) => {
  await using fleet = new ComposedFleet()
  const all = Object.assign({}, ...NAMES.map((name) => member(name)))
  await fleet.push({ 'templates/web/web.yaml': DEPLOYMENT, ...group(), ...all })
  t.deepEqual(times(fleet), [undefined, undefined, undefined])
  fleet.all('healthy')
  await fleet.push(group(LATE))
  t.deepEqual(times(fleet), [LATE, undefined, undefined], 'one at a time')
  await fleet.decide()
  t.deepEqual(times(fleet), [LATE, undefined, undefined], 'the next waits for the first')
  await settled(fleet, LATE)
  await fleet.push(member('b', EARLY))
  t.deepEqual(times(fleet), [LATE, LATE, LATE])
})
