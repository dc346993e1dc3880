import { writeJson } from '../../src/model/json.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, goneWhen, kubectl, live, liveWhen } from '../helpers/live.ts'
import { configMap, documents } from '../helpers/manifests.ts'
import { configFile } from '../helpers/option-file.ts'
import { ESCAPES, type Escape } from './escapes.ts'
import { createSecret, reeveWithAccounts } from './with-accounts.ts'

const RBAC = 'rbac.authorization.k8s.io/v1'
/** An account that may do everything with ConfigMaps but delete them, and that Reeve may act as. */
const WEAK = documents(
  ...[
    { apiVersion: 'v1', kind: 'ServiceAccount' },
    {
      apiVersion: RBAC,
      kind: 'Role',
      rules: [
        { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch'] },
        { apiGroups: [''], resources: ['serviceaccounts'], resourceNames: ['weak'], verbs: ['impersonate'] },
      ],
    },
    {
      apiVersion: RBAC,
      kind: 'RoleBinding',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'weak' },
      subjects: [
        { kind: 'ServiceAccount', name: 'weak', namespace: 'weak' },
        { kind: 'ServiceAccount', name: 'reeve', namespace: 'reeve-system' },
      ],
    },
  ].map((manifest) => `${JSON.stringify({ ...manifest, metadata: { name: 'weak', namespace: 'weak' } })}\n`),
)

/** Members of the group whose account is acme, whatever they say. */
const IN_GROUP = /of its group|group/

const test = controlPlaneTest({}, async (controlPlane) => {
  const kubeconfig = await reeveWithAccounts(controlPlane, ['acme'])
  await kubectl(controlPlane, 'create', 'namespace', 'other')
  await apply(controlPlane, configMap('other', 'theirs', { a: 'theirs' }))
  await createSecret(controlPlane, 'other', 'theirs', 'theirs')
  return { kubeconfig }
})

test.serial(
  'an account limited to a namespace reaches nothing else, and each refusal says by whom',
  async (t) => {
    const { controlPlane, kubeconfig } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'default', kubeconfig })
    const escapes = ESCAPES.map((each, index) => ({ ...each, name: `e-${index + 1}` }))
    t.true(escapes.length >= 40)
    await fleet.push({
      'groups.yaml': groups(escapes.filter(({ title }) => IN_GROUP.test(title)).map(({ name }) => name)),
      ...Object.assign({}, ...escapes.map(filesOf)),
      'good/reeve.yaml': installation('good', { namespace: 'acme', serviceAccountName: 'acme' }),
      'good/a.yaml': configMap('acme', 'good', { a: '1' }),
    })
    const config = await configFile(t, { allowedServiceAccounts: ['*/*'] })
    await fleet.sync(...config)
    t.like(await fleet.record('good'), { state: 'healthy', problems: [] })
    for (const each of escapes) await t.notThrowsAsync(() => refused(each), each.title)

    async function refused({ name, title, code, by, target }: Escape & { readonly name: string }) {
      const problems = (await fleet.record(name))?.problems ?? []
      const told = writeJson(
        problems.map(({ code, message, remedy, file, line }) => ({ code, message, remedy, file, line })),
      )
      t.true(
        problems.some((each) => each.code === code && each.file !== undefined),
        `${title}: ${told}`,
      )
      t.regex(told.replaceAll('\\"', '"'), by, title)
      if (target) t.is(await live(controlPlane, target[0], named(target[1], name)), undefined, title)
    }

    const theirs = await live(controlPlane, 'other', 'configmap/theirs')
    t.deepEqual(theirs?.data, { a: 'theirs' })
    const { stdout } = await fleet.plan(...config, '--output', 'json')
    t.false(stdout.includes('"a": "theirs"'), 'a plan shows nothing that the account may not read')
  },
)

test.serial('an account keeps what it may: created, changed, healed and deleted as itself', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'kept', kubeconfig })
  const config = await configFile(t, { defaultServiceAccount: 'acme' })
  const own = installation('kept', { namespace: 'acme' })
  await fleet.push({ 'kept/a.yaml': documents(own, configMap('acme', 'kept', { a: '1' })) })
  await using reeve = fleet.run(...config)
  await liveWhen(controlPlane, 'acme', 'configmap/kept')
  await fleet.push({ 'kept/a.yaml': documents(own, configMap('acme', 'kept', { a: '2' })) })
  await liveWhen(controlPlane, 'acme', 'configmap/kept', ({ data }) => writeJson(data) === '{"a":"2"}')
  await kubectl(controlPlane, '-n', 'acme', 'patch', 'configmap', 'kept', '-p', '{"data":{"a":"3"}}')
  await liveWhen(controlPlane, 'acme', 'configmap/kept', ({ data }) => writeJson(data) === '{"a":"2"}')
  await fleet.recorded('kept', ({ state }) => state === 'healthy')
  const plan = await fleet.plan(...config)
  t.is(plan.code, 0, plan.stdout + plan.stderr)
  await fleet.push({ kept: undefined }, 'Remove it\n\nReeve-Allow-Deletion: kept')
  await goneWhen(controlPlane, 'acme', 'configmap/kept')
  t.false(reeve.log.some(({ code }) => code === 'internal'))
})

test.serial('what Git no longer declares is deleted as the account that its last commit gave', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'gone', kubeconfig })
  await kubectl(controlPlane, 'create', 'namespace', 'weak')
  await apply(controlPlane, WEAK)
  const own = installation('gone', { namespace: 'weak', serviceAccountName: 'weak' })
  await fleet.push({ 'gone/a.yaml': documents(own, configMap('weak', 'gone', { a: '1' })) })
  t.like(await fleet.sync(), { code: 0 })
  await fleet.push({ gone: undefined }, 'Remove it\n\nReeve-Allow-Deletion: gone')
  const { code, stdout } = await fleet.sync()
  t.is(code, 1, stdout)
  const { problems = [] } = (await fleet.record('gone')) ?? {}
  t.like(problems[0], { code: 'account-forbidden', object: 'ConfigMap weak/gone' })
  t.regex(problems[0]?.message ?? '', /"system:serviceaccount:weak:weak" cannot delete/)
  t.truthy(await live(controlPlane, 'weak', 'configmap/gone'))
})

test.serial('the default account is none of a protected namespace that an installation names', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'homes', kubeconfig })
  await fleet.push({
    'a/a.yaml': documents(installation('a', { namespace: 'kube-system' }), configMap('acme', 'homes-a', {})),
    'b/b.yaml': documents(installation('b', { namespace: 'reeve-system' }), configMap('acme', 'homes-b', {})),
  })
  await fleet.sync(...(await configFile(t, { defaultServiceAccount: 'deployer' })))
  for (const [name, account] of Object.entries({ a: 'kube-system/deployer', b: 'reeve-system/deployer' })) {
    const { problems = [] } = (await fleet.record(name)) ?? {}
    t.like(problems[0], { code: 'service-account-not-allowed', file: `${name}/${name}.yaml` })
    t.true(problems[0]?.message.includes(account))
  }
})

test.serial(
  'the namespace of createNamespace is made as Reeve itself, and its objects are not',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'created' })
    const own = installation('made', {
      namespace: 'made',
      createNamespace: true,
      serviceAccountName: 'acme/acme',
    })
    await fleet.push({ 'made/a.yaml': documents(own, configMap('made', 'made', { a: '1' })) })
    t.like(await fleet.sync(), { code: 1 })
    t.truthy(await live(controlPlane, 'default', 'namespace/made'))
    const { problems = [] } = (await fleet.record('made')) ?? {}
    t.deepEqual(
      problems.map(({ code, object }) => `${code} ${object}`),
      ['account-forbidden ConfigMap made/made'],
    )
  },
)

function filesOf({ name, files, spec, isTemplate }: Escape & { readonly name: string }) {
  const folder = isTemplate ? `templates/${name}` : name
  const own = {
    namespace: 'acme',
    serviceAccountName: 'acme',
    ...(isTemplate && { template: { path: folder } }),
  }
  return {
    [`${name}/reeve.yaml`]: installation(name, spec ?? own),
    ...Object.fromEntries(
      Object.entries(files).map(([file, text]) => [`${folder}/${file}`, named(text, name)]),
    ),
  }
}

/** Every escape reaches for an object of its own. */
function named(text: string, name: string): string {
  return text.replaceAll('reached', name)
}

function installation(name: string, spec: object): string {
  return document('Installation', name, spec)
}

function groups(members: readonly string[]): string {
  const bound = { members, serviceAccountName: 'acme/acme' }
  return documents(document('InstallationGroup', 'bound', bound), document('InstallationGroup', 'free', {}))
}

function document(kind: string, name: string, spec: object): string {
  return `${JSON.stringify({ apiVersion: 'reeve.dev/v1alpha1', kind, metadata: { name }, spec })}\n`
}
