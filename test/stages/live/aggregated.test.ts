import type { LiveObject } from '../../../src/model/object.ts'
import { startAggregatedApi } from '../../helpers/aggregated-api.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { kubectl, liveWhen } from '../../helpers/live.ts'
import { configMap } from '../../helpers/manifests.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest()

const gadget = (size: number) =>
  `${JSON.stringify({ apiVersion: 'aggregated.e2e.dev/v1', kind: 'Gadget', metadata: { name: 'one', namespace: 'default' }, spec: { size } })}\n`

test('while an aggregated API is down only its own objects wait', async (t) => {
  const { controlPlane } = t.context
  await using api = await startAggregatedApi(controlPlane)
  await until(
    'the API to be served',
    async () => (await controlPlane.kubectl(['get', 'gadgets.aggregated.e2e.dev'])).code === 0,
  )
  await using fleet = await startFleet(controlPlane, { name: 'aggregated' })
  const files = (a: string) => ({
    'acme/gadget.yaml': gadget(Number(a)),
    'acme/plain.yaml': configMap('default', 'beside', { a }),
    'beta/plain.yaml': configMap('default', 'elsewhere', { a }),
  })
  await fleet.push(files('1'))
  {
    await using reeve = fleet.run()
    await fleet.recorded('acme', ({ state }) => state === 'healthy')
    t.is(sizeOf(api.objects.get('default/one')), 1)

    api.down = true
    await fleet.push(files('2'))
    await liveWhen(controlPlane, 'default', 'cm/beside', has('2'))
    await liveWhen(controlPlane, 'default', 'cm/elsewhere', has('2'))
    await fleet.recorded('beta', ({ state }) => state === 'healthy')
    const { problems } = await fleet.recorded('acme', ({ state }) => state === 'failed')
    t.deepEqual(
      problems.map(({ code, object }) => `${code} ${object}`),
      ['unavailable Gadget.aggregated.e2e.dev default/one'],
    )
    t.is(reeve.log.filter(({ level }) => level === 'fatal').length, 0)
  }

  // A new process finds it down from the start.
  await using reeve = fleet.run()
  await fleet.push(files('3'))
  await liveWhen(controlPlane, 'default', 'cm/elsewhere', has('3'))
  await liveWhen(controlPlane, 'default', 'cm/beside', has('3'))

  api.down = false
  await until('the object to follow', () => sizeOf(api.objects.get('default/one')) === 3, 60_000)
  await fleet.recorded('acme', ({ state }) => state === 'healthy', 60_000)
  t.false(reeve.log.some(({ msg }) => msg === 'deleted'))
  await kubectl(controlPlane, 'delete', 'apiservice/v1.aggregated.e2e.dev')
})

function has(a: string): (object: LiveObject) => boolean {
  return ({ data }) => (data as { readonly a: string }).a === a
}

function sizeOf(object: object | undefined): unknown {
  return (object as { readonly spec?: { readonly size?: unknown } } | undefined)?.spec?.size
}
