import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { goneWhen, kubectl, live } from '../helpers/live.ts'
import { configMap } from '../helpers/manifests.ts'
import { configFile } from '../helpers/option-file.ts'
import { installation } from './documents.ts'
import { reeveWithAccounts } from './with-accounts.ts'

const AS_ACME = { namespace: 'acme', serviceAccountName: 'acme/acme' }
const OWNER = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'a-b-c' }

interface Attack {
  readonly metadata: object
  readonly spec?: object
  /** Codes of its faults. */
  readonly codes: readonly string[]
}

/** By title: what is said of an Installation document, whose object Reeve writes as itself. */
const ATTACKS: Readonly<Record<string, Attack>> = {
  'a finalizer': { metadata: { finalizers: ['example.dev/never'] }, codes: ['document-metadata'] },
  'an owner, and a name to be made up': {
    metadata: { ownerReferences: [OWNER], generateName: 'x-' },
    codes: ['document-metadata', 'document-metadata'],
  },
  'the control plane': { metadata: { namespace: 'kube-system' }, codes: ['not-allowed'] },
  "Reeve's own namespace": { metadata: { namespace: 'reeve-system' }, codes: ['not-allowed'] },
  'the namespace of another account': { metadata: { namespace: 'other' }, codes: ['account-forbidden'] },
  'the same, where its objects are said to go': {
    metadata: { namespace: 'other' },
    spec: { ...AS_ACME, namespace: 'other' },
    codes: ['account-forbidden'],
  },
}

const test = controlPlaneTest({}, async (controlPlane) => ({
  kubeconfig: await reeveWithAccounts(controlPlane, ['acme', 'other']),
}))

test.serial('a document reaches no namespace that its account does not, and holds nothing', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'default', kubeconfig })
  const config = await configFile(t, { allowedServiceAccounts: ['acme/acme'] })
  const attacks = Object.entries(ATTACKS).map(([title, attack], index) => ({
    name: `d-${index}`,
    title,
    ...attack,
  }))
  const files = attacks.map(({ name, metadata, spec }) => declared(name, metadata, spec))
  const homes = { ...declared('here'), ...declared('home', { namespace: 'acme', uid: '', finalizers: [] }) }
  await fleet.push(Object.assign(homes, ...files))
  await fleet.sync(...config)
  for (const { name, title, codes } of attacks) {
    // A document with faults of its own names no account, which is told as well.
    const problems = (await problemsOf(fleet, name)).filter(({ code }) => code !== 'no-service-account')
    t.deepEqual(
      problems.map(({ code }) => code),
      codes,
      title,
    )
    t.true(
      problems.every(({ file }) => file === `${name}/reeve.yaml`),
      title,
    )
  }
  for (const name of ['here', 'home']) t.deepEqual(await problemsOf(fleet, name), [])
  const found = await kubectl(controlPlane, 'get', 'installations', '-A', '--no-headers')
  const places = found
    .trim()
    .split('\n')
    .map((line) => line.split(/ +/).slice(0, 2).join('/'))
  t.deepEqual(places.sort(), ['acme/home', 'default/here'])

  await fleet.push({ home: undefined }, 'Remove it\n\nReeve-Allow-Deletion: home')
  await fleet.sync(...config)
  await goneWhen(controlPlane, 'acme', 'installation/home')
})

test.serial('the lists of allowed namespaces hold for documents', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'listed' })
  const allow = { namespaces: ['acme'] }
  await fleet.push({
    ...declared('nowhere', {}, { namespace: 'acme' }),
    ...declared('listed', { namespace: 'acme' }, { namespace: 'acme' }),
    ...declared('unlisted', { namespace: 'other' }, { namespace: 'acme' }),
  })
  await fleet.sync(...(await configFile(t, { allow })))
  t.truthy(await live(controlPlane, 'default', 'installation/nowhere'))
  t.truthy(await live(controlPlane, 'acme', 'installation/listed'))
  t.is(await live(controlPlane, 'other', 'installation/unlisted'), undefined)
  const [problem] = await problemsOf(fleet, 'unlisted')
  t.is(problem?.code, 'not-allowed')
  t.regex(problem?.message ?? '', /allow\.namespaces/)
  await fleet.push(declared('opened', { namespace: 'kube-public' }, { namespace: 'acme' }))
  await fleet.sync(...(await configFile(t, { allow: { protected: ['kube-public'] } })))
  t.truthy(await live(controlPlane, 'kube-public', 'installation/opened'))
})

function declared(name: string, metadata: object = {}, spec: object = AS_ACME) {
  return {
    [`${name}/reeve.yaml`]: installation(name, spec, metadata),
    [`${name}/a.yaml`]: configMap('acme', name, { a: '1' }),
  }
}

async function problemsOf(fleet: Fleet, name: string) {
  const { problems = [] } = (await fleet.record(name)) ?? {}
  return problems
}
