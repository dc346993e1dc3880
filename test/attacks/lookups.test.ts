import { readFile } from 'node:fs/promises'
import { writeJson } from '../../src/model/json.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { apply, kubectl, live } from '../helpers/live.ts'
import { configMap } from '../helpers/manifests.ts'
import { configFile } from '../helpers/option-file.ts'
import { createSecret, reeveWithAccounts } from './with-accounts.ts'

const LOOT = 'grue-lantern-42'
const WIDE = new URL('../../manifests/rbac-wide.yaml', import.meta.url)

const test = controlPlaneTest({}, async (controlPlane) => {
  const kubeconfig = await reeveWithAccounts(controlPlane, ['acme', 'other'])
  await apply(controlPlane, await readFile(WIDE, 'utf8'))
  for (const namespace of ['kube-system', 'reeve-system', 'other', 'acme'])
    await createSecret(controlPlane, namespace, 'theirs', LOOT)
  await apply(controlPlane, configMap('kube-system', 'theirs', { a: LOOT }))
  await apply(controlPlane, secret('acme', 'token', 'kubernetes.io/service-account-token'))
  for (const namespace of ['default', 'acme'])
    await apply(controlPlane, secret(namespace, 'reeve-another-seal', 'reeve.dev/seal'))
  await apply(controlPlane, secret('default', 'reeve-loot-seal', 'Opaque'))
  return { kubeconfig }
})

function secret(namespace: string, name: string, type: string): string {
  const annotations = { 'kubernetes.io/service-account.name': 'acme' }
  const stringData = { a: LOOT }
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'Secret', type, metadata: { namespace, name, annotations }, stringData })}\n`
}

/** Pushes an installation for each text, whose chart puts the text's value into a ConfigMap of its name. */
async function pushCharts(fleet: Fleet, texts: readonly string[], spec: object = {}): Promise<void> {
  const files = texts.flatMap((text, index) => {
    const name = `l-${index + 1}`
    const own = { namespace: 'acme', template: { path: `templates/${name}` }, ...spec }
    return [
      [
        `${name}/reeve.yaml`,
        `${JSON.stringify({ apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata: { name }, spec: own })}\n`,
      ],
      [`templates/${name}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`],
      [
        `templates/${name}/templates/a.yaml`,
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: acme}\ndata:\n  a: {{ ${text} | toJson | quote }}\n`,
      ],
    ]
  })
  await fleet.push(Object.fromEntries(files))
}

/** Lookups that are refused without a key of the configuration, and the key that would allow each. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'lookup "v1" "Secret" "kube-system" "theirs"': /kube-system is protected \(allow\.protected\)/,
  'lookup "v1" "ConfigMap" "kube-system" "theirs"': /kube-system is protected/,
  'lookup "v1" "Secret" "kube-system" ""': /kube-system is protected/,
  'lookup "v1" "Secret" "reeve-system" "theirs"': /reeve-system is protected/,
  'lookup "v1" "Secret" "acme" "token"': /allow\.identities/,
  'lookup "v1" "Secret" "acme" "reeve-another-seal"': /its own state/,
  'lookup "v1" "Secret" "default" "reeve-loot-seal"': /its own state/,
}

for (const [who, spec] of Object.entries({
  'Reeve itself': {},
  'an account': { serviceAccountName: 'acme' },
}))
  test.serial(`a chart that acts as ${who} looks up nothing that is protected`, async (t) => {
    const { controlPlane, kubeconfig } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'loot', kubeconfig })
    await pushCharts(fleet, Object.keys(REFUSED), spec)
    await fleet.sync()
    for (const [index, [text, says]] of Object.entries(REFUSED).entries()) {
      const { problems = [] } = (await fleet.record(`l-${index + 1}`)) ?? {}
      t.like(problems[0], { code: 'lookup-not-allowed', file: `l-${index + 1}/reeve.yaml`, line: 1 }, text)
      t.regex(problems[0]?.message ?? '', says, text)
      t.is(await live(controlPlane, 'acme', `configmap/l-${index + 1}`), undefined, text)
    }
  })

test.serial('lists leave out what charts may not look up', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'loot', kubeconfig })
  await pushCharts(fleet, ['lookup "v1" "Secret" "" ""', 'lookup "v1" "ConfigMap" "" ""'])
  t.is((await fleet.sync()).code, 0)
  const [secrets, maps] = await Promise.all(
    ['l-1', 'l-2'].map(async (name) =>
      writeJson((await live(controlPlane, 'acme', `configmap/${name}`))?.data ?? {}),
    ),
  )
  t.true(secrets?.includes('theirs'))
  for (const hidden of ['kube-system', 'reeve-system', 'seal', 'service-account-token'])
    t.false(secrets?.includes(`${hidden}\\\\"`), hidden)
  t.false(maps?.includes('kube-system'))
})

test.serial('with allow, a chart looks up only what is listed', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'loot', kubeconfig })
  const config = await configFile(t, { allow: { namespaces: ['acme'], kinds: ['ConfigMap'] } })
  const texts = [
    'lookup "v1" "Secret" "other" "theirs"',
    'lookup "v1" "Secret" "acme" "theirs"',
    'lookup "v1" "ConfigMap" "other" "theirs"',
    'lookup "v1" "Secret" "" ""',
    'lookup "rbac.authorization.k8s.io/v1" "ClusterRole" "" "reeve-wide"',
  ]
  await pushCharts(fleet, [
    ...texts,
    '(lookup "v1" "Namespace" "" "kube-system").metadata.uid',
    '(lookup "v1" "ConfigMap" "acme" "kube-root-ca.crt").metadata',
    '(lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" "installations.reeve.dev").metadata.name',
  ])
  await fleet.sync(...config)
  for (const [index, text] of texts.entries()) {
    const { problems = [] } = (await fleet.record(`l-${index + 1}`)) ?? {}
    t.is(problems[0]?.code, 'lookup-not-allowed', text)
  }
  for (const name of ['l-6', 'l-7', 'l-8'])
    t.like(await fleet.record(name), { state: 'healthy', problems: [] }, name)
  const found = await live(controlPlane, 'acme', 'configmap/l-8')
  t.deepEqual(found?.data, { a: '"installations.reeve.dev"' })
})

test.serial('a definition in Git does not make a Secret another kind', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'loot', kubeconfig })
  await fleet.push({
    'crd/a.yaml': `${JSON.stringify({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'secrets.v1' },
      spec: {
        group: '',
        scope: 'Namespaced',
        names: { plural: 'secrets', kind: 'Leak' },
        versions: [{ name: 'v1', served: true, storage: true }],
      },
    })}\n`,
  })
  await using _ = fleet.run('--lookup-secrets', 'none')
  await fleet.recorded('crd', ({ problems }) => problems.length > 0)
  await pushCharts(fleet, ['lookup "v1" "Leak" "other" "theirs"'])
  await fleet.recorded('l-1', ({ state }) => state === 'healthy')
  t.deepEqual((await live(controlPlane, 'acme', 'configmap/l-1'))?.data, { a: '{}' })
})

test.serial('charts know a cluster by its namespaces, classes and definitions', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'loot', kubeconfig })
  await pushCharts(fleet, ['(lookup "v1" "Namespace" "" "kube-system").metadata.uid'])
  t.is((await fleet.sync()).code, 0)
  const uid = await kubectl(controlPlane, 'get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}')
  t.deepEqual((await live(controlPlane, 'acme', 'configmap/l-1'))?.data, { a: `"${uid.trim()}"` })
})
