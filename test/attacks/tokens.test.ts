import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, kubectl, live } from '../helpers/live.ts'
import { configFile } from '../helpers/option-file.ts'
import { installation, manifest } from './documents.ts'
import { reeveWithAccounts } from './with-accounts.ts'

const AS_ACME = { namespace: 'acme', serviceAccountName: 'acme/acme' }
const ADOPT = { 'reeve.dev/adopt': 'true' }
const OF_ACME = { 'kubernetes.io/service-account.name': 'acme' }
const OF_STRONG = { 'kubernetes.io/service-account.name': 'strong', 'kubernetes.io/service-account.uid': '' }
const TOKEN = 'kubernetes.io/service-account-token'
const IGNORED = { ignore: [{ kind: 'Secret', fields: ['/type'] }] }

const test = controlPlaneTest({}, async (controlPlane) => {
  const kubeconfig = await reeveWithAccounts(controlPlane, ['acme'])
  await kubectl(controlPlane, '-n', 'acme', 'create', 'serviceaccount', 'strong')
  return { kubeconfig }
})

/** By title: what is declared of a Secret that holds a token, and of its installation. */
const ATTACKS: Readonly<Record<string, readonly [secret: object, spec?: object]>> = {
  'the token of another account, by a Secret of no type': [{ annotations: { ...ADOPT, ...OF_STRONG } }],
  'the token of another account, by a type that is ignored': [
    { annotations: { ...ADOPT, ...OF_STRONG }, type: 'Opaque' },
    IGNORED,
  ],
  'a token that is there, without a word of its account': [{ annotations: ADOPT, data: {} }],
  'a token that is there, by a type that is ignored': [{ annotations: ADOPT, type: 'Opaque' }, IGNORED],
}

test.serial('no token of a service account is put into a Secret that Git declares', async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'default', kubeconfig })
  const attacks = Object.entries(ATTACKS).map(([title, parts], index) => ({
    name: `t-${index}`,
    title,
    parts,
  }))
  const there = attacks.map(({ name }) => secret(name, { type: TOKEN, annotations: OF_ACME }))
  await apply(controlPlane, there.join('---\n'))
  const files = attacks.map(({ name, parts: [parts, spec] }) => ({
    [`${name}/reeve.yaml`]: installation(name, { ...AS_ACME, ...spec }),
    [`${name}/a.yaml`]: secret(name, parts),
  }))
  await fleet.push(Object.assign({}, ...files))
  await fleet.sync(...(await configFile(t, { allowedServiceAccounts: ['acme/acme'] })))
  for (const { name, title } of attacks) {
    const { problems = [] } = (await fleet.record(name)) ?? {}
    t.deepEqual(
      problems.map(({ code }) => code),
      ['not-allowed'],
      title,
    )
    const { metadata } = (await live(controlPlane, 'acme', `secret/${name}`)) ?? {}
    t.is(metadata?.labels?.['reeve.dev/installation'], undefined, title)
    t.is(metadata?.annotations?.['kubernetes.io/service-account.name'], 'acme', title)
  }
})

function secret(name: string, parts: object): string {
  return manifest('v1', 'Secret', 'acme', name, { ...parts })
}
