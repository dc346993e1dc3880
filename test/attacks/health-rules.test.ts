import { writeJson } from '../../src/model/json.ts'
import { git } from '../../src/sandbox/git-process.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { kubectl } from '../helpers/live.ts'
import { configMap, documents } from '../helpers/manifests.ts'
import { configFile, keyFile } from '../helpers/option-file.ts'
import { sealed } from '../helpers/sealed.ts'
import { AGE_KEY } from './derived-secrets.ts'
import { reeveWithAccounts } from './with-accounts.ts'

const LOOT = 'grue-lantern-42'
/** Shows the entry `a`, in pieces that no search for the whole finds. */
const IN_PIECES = "object.data.a.substring(0, 4) + '|' + object.data.a.substring(4)"
const SHOWN = [{ kind: 'ConfigMap', degraded: 'true', message: IN_PIECES }]
const ACME = { namespace: 'acme', serviceAccountName: 'acme' }

const test = controlPlaneTest({}, async (controlPlane) => ({
  kubeconfig: await reeveWithAccounts(controlPlane, ['acme', 'other']),
}))

function installation(name: string, spec: object): string {
  return `${JSON.stringify({ apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata: { name }, spec })}\n`
}

function encrypted(namespace: string, name: string): Promise<string> {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { a: LOOT } }
  return sealed(object, AGE_KEY, 'data')
}

/** All that the status branch ever said. */
function toldBy(fleet: Fleet): Promise<string> {
  return git(['log', '-p', fleet.statusBranch, '--'], { cwd: fleet.git.directory })
}

test.serial("a health rule shows nothing of another installation's object", async (t) => {
  const { controlPlane, kubeconfig } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'default', kubeconfig })
  const options = [
    ...(await configFile(t, { allowedServiceAccounts: ['*/*'] })),
    ...(await keyFile(t, AGE_KEY)),
  ]
  const theirs = { namespace: 'other', serviceAccountName: 'other' }
  await fleet.push({
    'theirs/reeve.yaml': installation('theirs', theirs),
    'theirs/a.yaml': await encrypted('other', 'encrypted'),
    'theirs/b.yaml': configMap('other', 'drifted', { a: '1' }),
    'own/reeve.yaml': installation('own', { ...ACME, health: SHOWN }),
    'own/a.yaml': await encrypted('acme', 'own'),
    'was/reeve.yaml': installation('was', { ...ACME, health: SHOWN }),
    'was/a.yaml': await encrypted('acme', 'was'),
  })
  t.is((await fleet.sync(...options)).code, 0)
  await kubectl(
    controlPlane,
    '-n',
    'other',
    'patch',
    'configmap',
    'drifted',
    '-p',
    writeJson({ data: { a: LOOT } }),
  )
  const reached = documents(
    configMap('other', 'encrypted', { a: 'mine' }),
    configMap('other', 'drifted', { a: 'mine' }),
  )
  /** Of a value that the rule guesses: what the counts say of it is to be the same for a wrong guess. */
  const guess = (text: string) => [
    { kind: 'ConfigMap', degraded: `!object.data.a.startsWith('${text}')`, healthy: 'true' },
  ]
  await fleet.push({
    'theirs/reeve.yaml': installation('theirs', { ...theirs, suspended: true }),
    'suspended/reeve.yaml': installation('suspended', { ...ACME, suspended: true, health: SHOWN }),
    'suspended/a.yaml': reached,
    'blocked/reeve.yaml': installation('blocked', { ...ACME, health: SHOWN }),
    'blocked/a.yaml': reached,
    'right/reeve.yaml': installation('right', { ...ACME, health: guess('grue') }),
    'right/a.yaml': reached,
    'wrong/reeve.yaml': installation('wrong', { ...ACME, health: guess('brue') }),
    'wrong/a.yaml': reached,
    // its own, once encrypted: what is there is still the earlier value
    'was/reeve.yaml': installation('was', { ...ACME, suspended: true, health: SHOWN }),
    'was/a.yaml': configMap('acme', 'was', { a: 'plain' }),
  })
  await fleet.sync(...options)
  const told = await toldBy(fleet)
  for (const text of [LOOT, 'grue|', 'lantern']) t.false(told.includes(text), text)
  t.is((await fleet.record('own'))?.state, 'degraded')
  t.is((await fleet.record('own'))?.problems[0]?.message, '(sec|ret)')
  const [right, wrong] = [await fleet.record('right'), await fleet.record('wrong')]
  t.deepEqual(right?.objects, wrong?.objects)
  t.is(right?.problems.length, wrong?.problems.length)
})
