import { type JsonObject, writeJson } from '../../src/model/json.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { git } from '../../src/sandbox/git-process.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { apply, kubectl } from '../helpers/live.ts'
import { configMap, documents } from '../helpers/manifests.ts'
import { configFile } from '../helpers/option-file.ts'
import { reeveWithAccounts } from './with-accounts.ts'

const LOOT = 'grue-lantern-42'
/** Told by a rule whose guess is wrong. */
const GUESS = 'a wrong guess'
const ACME = { namespace: 'acme', serviceAccountName: 'acme/acme' }
const OTHER = { namespace: 'other', serviceAccountName: 'other/other' }
const RBAC = 'rbac.authorization.k8s.io'
const RULES = [
  { apiGroups: ['example.dev'], resources: ['chats'], verbs: ['*'] },
  { apiGroups: ['admissionregistration.k8s.io'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
]

const test = controlPlaneTest({}, async (controlPlane) => {
  const kubeconfig = await reeveWithAccounts(controlPlane, ['acme', 'other'])
  await apply(controlPlane, definition(['v1']))
  for (const [kind, name, namespace] of [
    ['ServiceAccount', 'reeve', 'reeve-system'],
    ['ServiceAccount', 'other', 'other'],
  ] as const) {
    const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: `chats-${name}` }
    await apply(
      controlPlane,
      documents(
        json({
          apiVersion: `${RBAC}/v1`,
          kind: 'ClusterRole',
          metadata: { name: `chats-${name}` },
          rules: RULES,
        }),
        json({
          apiVersion: `${RBAC}/v1`,
          kind: 'ClusterRoleBinding',
          metadata: { name: `chats-${name}` },
          roleRef,
          subjects: [{ kind, name, namespace }],
        }),
      ),
    )
  }
  return { kubeconfig }
})

function json(object: object): string {
  return `${JSON.stringify(object)}\n`
}

function installation(name: string, spec: object): string {
  return json({ apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata: { name }, spec })
}

/** The kind Chat, and rules about its specification. */
function definition(versions: readonly string[], rules: readonly object[] = []): string {
  const text = { type: 'string' }
  const spec = { type: 'object', properties: { a: text, x: text }, 'x-kubernetes-validations': rules }
  const openAPIV3Schema = { type: 'object', properties: { spec } }
  return json({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'chats.example.dev', annotations: { 'reeve.dev/adopt': 'true' } },
    spec: {
      group: 'example.dev',
      scope: 'Namespaced',
      names: { plural: 'chats', singular: 'chat', kind: 'Chat' },
      versions: versions.map((name, index) => ({
        name,
        served: true,
        storage: index === 0,
        schema: { openAPIV3Schema },
      })),
    },
  })
}

function chat(version: string, spec: object): string {
  const metadata = { name: 'theirs', namespace: 'other' }
  return json({ apiVersion: `example.dev/${version}`, kind: 'Chat', metadata, spec })
}

function drift(controlPlane: ControlPlane, kind: string, name: string, patch: JsonObject): Promise<string> {
  return kubectl(controlPlane, '-n', 'other', 'patch', kind, name, '--type=merge', '-p', writeJson(patch))
}

/** All that plans of the branch show. */
async function plansOf(fleet: Fleet, config: readonly string[]): Promise<string> {
  const outputs: string[] = []
  for (const more of [[], ['--explain'], ['--output', 'json', '--explain']]) {
    const { stdout, stderr } = await fleet.plan(...config, ...more)
    outputs.push(stdout, stderr)
  }
  return outputs.join('\n')
}

function toldBy(fleet: Fleet): Promise<string> {
  return git(['log', '-p', fleet.statusBranch, '--'], { cwd: fleet.git.directory })
}

test.serial('a plan shows nothing of a live object that the account may not read', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'default', kubeconfig })
  const config = await configFile(t, { allowedServiceAccounts: ['*/*'] })
  await fleet.push({
    'theirs/reeve.yaml': installation('theirs', OTHER),
    'theirs/a.yaml': documents(configMap('other', 'given', { a: '1' }), chat('v1', { a: '1' })),
  })
  t.is((await fleet.sync(...config)).code, 0)
  await drift(controlPlane, 'configmap', 'given', { data: { x: LOOT } })
  await drift(controlPlane, 'chat', 'theirs', { spec: { x: LOOT } })
  const replace = { a: '1', x: 'mine' }
  const branches: Readonly<Record<string, Record<string, string | undefined>>> = {
    'as an account that Reeve may not act as': {
      theirs: undefined,
      'given/reeve.yaml': installation('given', { ...ACME, serviceAccountName: 'other/none' }),
      'given/a.yaml': documents(configMap('other', 'given', replace), chat('v1', replace)),
    },
    'in a version that only Git serves': {
      theirs: undefined,
      'crd/reeve.yaml': installation('crd', ACME),
      'crd/a.yaml': definition(['v1', 'v9']),
      'given/reeve.yaml': installation('given', ACME),
      'given/a.yaml': chat('v9', replace),
    },
    'by a rule of Git that guesses it': {
      theirs: undefined,
      'crd/reeve.yaml': installation('crd', ACME),
      'crd/a.yaml': definition(['v1'], [{ rule: "self.x.startsWith('brue')", message: GUESS }]),
      'given/reeve.yaml': installation('given', ACME),
      'given/a.yaml': chat('v1', { a: '2' }),
    },
  }
  const before = await fleet.work.run('rev-parse', 'HEAD')
  for (const [title, files] of Object.entries(branches)) {
    await fleet.push(files)
    const shown = await plansOf(fleet, config)
    t.true(shown.includes('Plan'), title)
    for (const text of [LOOT, GUESS]) t.false(shown.includes(text), title)
    await fleet.sync(...config)
    for (const text of [LOOT, GUESS]) t.false((await toldBy(fleet)).includes(text), title)
    await fleet.work.run('reset', '--quiet', '--hard', before.trim())
    await fleet.work.run('push', '--quiet', '--force', 'origin', 'HEAD:main')
  }
})

test.serial('a plan does not explain a field that is left where the account may not read it', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'default', kubeconfig })
  const config = await configFile(t, { allowedServiceAccounts: ['*/*'] })
  const kept = configMap('other', 'kept', { a: '1' })
  const ignore = [{ kind: 'ConfigMap', fields: ['/data/a'] }]
  await fleet.push({ 'kept/reeve.yaml': installation('kept', { ...OTHER, ignore }), 'kept/a.yaml': kept })
  t.is((await fleet.sync(...config)).code, 0)
  await drift(controlPlane, 'configmap', 'kept', { data: { a: LOOT } })
  t.true((await plansOf(fleet, config)).includes(LOOT), 'its own account may')
  await fleet.push({ 'kept/reeve.yaml': installation('kept', { ...ACME, namespace: 'other', ignore }) })
  t.false((await plansOf(fleet, config)).includes(LOOT))
})

test.serial('a hook does not tell whose an object is that the account may not read', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'default', kubeconfig })
  const config = await configFile(t, { allowedServiceAccounts: ['*/*'] })
  const annotations = { 'meta.helm.sh/release-name': LOOT, 'meta.helm.sh/release-namespace': 'other' }
  const metadata = { name: 'helmed', namespace: 'other' }
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata }
  await apply(controlPlane, json({ ...map, metadata: { ...metadata, annotations } }))
  const hook = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'hook', namespace: 'acme', annotations: { 'helm.sh/hook': 'pre-install' } },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a' }] } } },
  }
  await fleet.push({
    'hooked/reeve.yaml': installation('hooked', { ...ACME, template: { path: 'templates/hooked' } }),
    'templates/hooked/Chart.yaml': 'apiVersion: v2\nname: hooked\nversion: 1.0.0\n',
    'templates/hooked/templates/a.yaml': documents(json(hook), json(map)),
  })
  await using _ = fleet.run(...config)
  await fleet.recorded('hooked', ({ state, problems }) => state === 'waiting' || problems.length > 0)
  const told = await toldBy(fleet)
  t.false(told.includes(LOOT))
})
