import { isJsonArray, type JsonObject, objectIn } from '../../../src/model/json.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { kubectl, live, liveWhen } from '../../helpers/live.ts'
import { documents, namespace } from '../../helpers/manifests.ts'

const test = controlPlaneTest()
const home = 'ports'

const service = (name: string, type: string, ports: readonly JsonObject[]) =>
  `${JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: home },
    spec: { type, selector: { app: name }, ports },
  })}\n`

const portsOf = (object: LiveObject | undefined): readonly JsonObject[] => {
  const { ports } = objectIn((object as unknown as JsonObject | undefined)?.spec)
  return isJsonArray(ports) ? ports.map(objectIn) : []
}

const numbers = (object: LiveObject | undefined) => portsOf(object).map(({ port }) => port)

test('a port of a Service that drifts is put back, alone, with its node port', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: home })
  await fleet.push({
    'acme/all.yaml': documents(
      namespace(home),
      service('one', 'ClusterIP', [{ port: 80 }]),
      service('two', 'NodePort', [
        { name: 'web', port: 80, targetPort: 8080 },
        { name: 'tls', port: 443, targetPort: 8443 },
      ]),
    ),
  })
  await using reeve = fleet.run()
  await reeve.logged('in sync')
  const before = portsOf(await live(controlPlane, home, 'service/two'))
  for (const name of ['one', 'two']) {
    const patch = '[{"op":"replace","path":"/spec/ports/0/port","value":81}]'
    await kubectl(controlPlane, '-n', home, 'patch', 'service', name, '--type=json', '-p', patch)
    await reeve.logged('patched', ({ object }) => object === `Service ${home}/${name}`)
  }
  t.deepEqual(
    numbers(await liveWhen(controlPlane, home, 'service/one', (one) => numbers(one)[0] === 80)),
    [80],
  )
  t.deepEqual(portsOf(await live(controlPlane, home, 'service/two')), before)
  await kubectl(
    controlPlane,
    ...['-n', home, 'patch', 'service', 'two', '--type=json', '-p'],
    '[{"op":"add","path":"/spec/ports/-","value":{"name":"metrics","port":9090}}]',
  )
  t.is((await fleet.plan()).code, 0, 'a port that others add is left alone')
  t.false(reeve.log.some(({ level }) => level === 'error'))
})
