import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { apply, goneWhen, kubectl, live } from '../../helpers/live.ts'
import { configMap, documents, namespace } from '../../helpers/manifests.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest({ controllers: true })

const NAME = 'inhabited'
const beside = (data: string) => ({ 'beside/all.yaml': configMap('default', 'inhabited-beside', { data }) })
const allow = (word: string) => `${word}\n\nReeve-Allow-Deletion: acme`

test('a namespace in which others have something stays, says what, and goes when that is gone', async (t) => {
  const { controlPlane } = t.context
  const at = (...words: string[]) => kubectl(controlPlane, '-n', NAME, ...words)
  await using fleet = await startFleet(controlPlane, { name: NAME })
  await fleet.push({
    'acme/all.yaml': documents(namespace(NAME), configMap(NAME, 'ours', {})),
    ...beside('1'),
  })
  await using _reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await at('create', 'configmap', 'notes', '--from-literal', 'a=1')
  await apply(controlPlane, configMap(NAME, 'applied', {}))
  await at('create', 'configmap', 'by-operator', '--from-literal', 'a=1', '--field-manager', 'some-operator')

  await fleet.push({ acme: undefined }, allow('Remove'))
  const { problems } = await fleet.recorded('acme', ({ state }) => state === 'failed')
  t.deepEqual(
    problems.map(({ code }) => code),
    ['namespace-in-use'],
  )
  t.regex(
    problems[0]?.message ?? '',
    /: Namespace inhabited has ConfigMap inhabited\/applied \(kubectl apply\), ConfigMap inhabited\/notes in it$/,
  )
  await goneWhen(controlPlane, NAME, 'configmap/ours')
  const plan = await fleet.plan()
  t.regex(plan.stdout, /! Namespace inhabited/)
  t.is((await live(controlPlane, NAME, 'configmap/notes'))?.kind, 'ConfigMap')

  await at('delete', 'configmap', 'notes', 'applied')
  await goneWhen(controlPlane, '', `namespace/${NAME}`)
})

test('what stays of an installation that is gone is said in the commit that says so', async (t) => {
  const { controlPlane } = t.context
  const name = 'leaves'
  const kept = JSON.parse(configMap(name, 'data', {}))
  kept.metadata.annotations = { 'reeve.dev/prune': 'false' }
  await using fleet = await startFleet(controlPlane, { name })
  await fleet.push({
    'beside/all.yaml': documents(namespace(name), configMap(name, 'beside', {})),
    'acme/all.yaml': documents(`${JSON.stringify(kept)}\n`, configMap(name, 'other', {})),
  })
  await using _reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await fleet.push({ acme: undefined }, allow('Remove'))
  const gone = await until('a commit that says so', async () =>
    (await fleet.statusCommits()).find(({ subject }) => subject.startsWith('acme: gone')),
  )
  const [, body = ''] = gone?.message.split('\n\n') ?? []
  t.deepEqual(body.split('\n'), [
    '- acme: gone',
    '  deleted ConfigMap leaves/other',
    '  left ConfigMap leaves/data: reeve.dev/prune: "false"',
  ])
  t.is((await live(controlPlane, name, 'configmap/data'))?.kind, 'ConfigMap')
})
