import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { live, liveWhen } from '../helpers/live.ts'
import { group, isAt, own, TEMPLATE } from '../helpers/rollout-documents.ts'

const test = controlPlaneTest()

const FAULTS: readonly (readonly [
  what: string,
  prefix: string,
  faulty: (first: string) => string,
  code: string,
])[] = [
  [
    'an invalid field',
    'fa',
    (first) => `{ maxUnavailable: 0, after: [{ group: ${first}, soak: 1h }] }`,
    'bad-document',
  ],
  [
    'a ring that does not exist',
    'fb',
    (first) => `{ after: [{ group: ${first}x, soak: 1h }] }`,
    'unknown-group',
  ],
  [
    'a ring around in a circle',
    'fc',
    (first) => `{ after: [{ group: ${first}, soak: 1h }, { group: ${first}-late }] }`,
    'rollout-cycle',
  ],
]

for (const [what, prefix, faulty, code] of FAULTS) {
  test(`a rollout with ${what} keeps its members, moves no others, and waits for its ring when it is mended`, async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: prefix })
    const [first, last] = [`${prefix}-first`, `${prefix}-last`]
    const ring = `{ after: [{ group: ${first}, soak: 1h }] }`
    const member = (name: string, color = 'grey') =>
      own('Installation', `${name}-1`, `{ group: ${name}, values: { color: ${color} } }`)
    const extra = { 'groups/late/late.yaml': group(`${first}-late`, '1', `{ after: [{ group: ${last} }] }`) }
    await fleet.push({
      ...TEMPLATE,
      ...extra,
      'groups/first/first.yaml': group(first, '1', '{}'),
      'groups/last/last.yaml': group(last, '1', ring),
      'fleet/first.yaml': member(first),
      'fleet/last.yaml': member(last),
    })
    await using reeve = fleet.run()
    for (const name of [first, last])
      await liveWhen(controlPlane, 'default', `configmap/${name}-1`, isAt('1'))
    await reeve.logged('in sync')
    const dataOf = async (name: string) => (await live(controlPlane, 'default', `configmap/${name}-1`))?.data

    await fleet.push({
      'groups/first/first.yaml': group(first, '2', '{}'),
      'groups/last/last.yaml': group(last, '2', faulty(first)),
    })
    await liveWhen(controlPlane, 'default', `configmap/${first}-1`, isAt('2'))
    const record = await fleet.recorded(`${last}-1`, ({ state }) => state === 'invalid')
    t.true(JSON.stringify(record).includes(code))
    t.deepEqual(await dataOf(last), { version: '1', color: 'grey' })

    // Mended, it still has to wait for the soak of an hour; an own setting does not.
    await fleet.push({
      'groups/last/last.yaml': group(last, '2', ring),
      'fleet/last.yaml': member(last, 'blue'),
    })
    const changed = await liveWhen(
      controlPlane,
      'default',
      `configmap/${last}-1`,
      (object) => (object.data as { color?: string }).color === 'blue',
    )
    t.is((changed.data as { version?: string }).version, '1')
  })
}
