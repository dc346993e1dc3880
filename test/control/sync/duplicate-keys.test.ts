import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { helmFor } from '../../helpers/helm.ts'
import { kubectl, live } from '../../helpers/live.ts'
import { findRenderers } from '../../helpers/renderers.ts'

const test = controlPlaneTest({}, async () => ({ renderers: await findRenderers() }))

const CHART = {
  'charts/twice/Chart.yaml': 'apiVersion: v2\nname: twice\nversion: 1.0.0\n',
  'charts/twice/templates/a.yaml': [
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata:',
    '  name: a',
    '  labels: {app: one, app: two, tier: x}',
    '  labels: {app: three, app: four}',
    'data: {a: "1"}',
    'data:',
    '  {{- $merged := "<<" }}',
    '  b: "1"',
    '  {{ $merged }}: {b: "2", c: "1"}',
    '  c: "2"',
    '  c: "3"',
    '',
  ].join('\n'),
}

for (const major of [3, 4] as const)
  test(`of a key that a chart renders twice, what Helm ${major} deploys is what Reeve does`, async (t) => {
    const { controlPlane, renderers } = t.context
    const name = `twice${major}`
    await using fleet = await startFleet(controlPlane, { name })
    await using helm = await helmFor(renderers[`helm${major}`], controlPlane)
    await fleet.push({
      ...CHART,
      'fleet/acme.yaml': `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec: {template: {path: charts/twice}, namespace: ${name}}\n`,
    })
    await kubectl(controlPlane, 'create', 'namespace', name)
    await kubectl(controlPlane, 'create', 'namespace', `${name}-helm`)
    await helm('install', 'acme', `${fleet.work.directory}/charts/twice`, '--namespace', `${name}-helm`)
    const theirs = await live(controlPlane, `${name}-helm`, 'configmaps/a')
    const plan = await fleet.plan()
    t.regex(
      plan.stdout,
      /charts\/twice\/templates\/a\.yaml:1: the chart renders a key twice.*"labels", at line 6/s,
    )
    const done = await fleet.sync()
    t.is(done.code, 0, done.stdout + done.stderr)
    const ours = await live(controlPlane, name, 'configmaps/a')
    t.deepEqual(ours?.data, theirs?.data)
    t.deepEqual(ours?.data, { b: '2', c: '3' })
    t.is(ours?.metadata.labels?.app, 'four')
    t.is(theirs?.metadata.labels?.app, 'four')
    t.is(ours?.metadata.labels?.tier, undefined)
    t.is(theirs?.metadata.labels?.tier, undefined)
  })
