import { writeFile } from 'node:fs/promises'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import { crdsText } from '../../../src/cli/present/crds-text.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { git } from '../../../src/sandbox/git-process.ts'
import { fixture } from '../../adapters/sops/fixtures.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../../helpers/fleet.ts'
import { apply, kubectl, live, liveWhen } from '../../helpers/live.ts'
import { keyFile } from '../../helpers/option-file.ts'
import { reeve } from '../../helpers/reeve.ts'
import { sealed } from '../../helpers/sealed.ts'
import { podsWhen, setPodStatus, waiting } from '../../helpers/stuck-pods.ts'

const test = controlPlaneTest({ controllers: true })

test.before(({ context }) => apply(context.controlPlane, crdsText()))

const keyIn = (file: string) => /^AGE-SECRET-KEY-\S+$/m.exec(fixture(`keys/${file}`))?.[0] ?? ''
const key = keyIn('age.txt')
const otherKey = keyIn('age-second.txt')
const otherRecipient = /age1[0-9a-z]+/.exec(fixture('keys/age-second.txt'))?.[0] ?? ''

/** No output may hold any of these. */
const SECRETS = ['hunter2-first', 'hunter2-second', 'swordfish-7', 'sesame-open', '987654321']
const FORMS = SECRETS.flatMap((secret) => [secret, Buffer.from(secret).toString('base64')])

const secret = (name: string, pass: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  stringData: { pass },
})

const document = (name: string, pass: string, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'reeve.dev/v1alpha1',
  kind: 'Installation',
  metadata: { name },
  spec: {
    template: { path: 'templates/web' },
    namespace: name,
    createNamespace: true,
    values: { pass, ...more },
  },
})

const template = {
  'templates/web/web.yaml': `
apiVersion: v1
kind: Secret
metadata: {name: web}
stringData: {url: "db://me:\${values.pass}@db"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {url: "db://me:\${values.pass}@db", pin: "no. \${values.pin:-none}", mode: fast}
`,
}

const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: web, image: "web:1", env: [{name: URL, value: "\${values.pass}"}, {name: MODE, value: fast}]}
`

/** An address that the API server refuses, and quotes. */
const refused = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: "\${values.pass}", ports: [{port: 80}]}
`

/** All that anyone can read of what was done. */
async function everythingOf({ controlPlane }: { controlPlane: ControlPlane }, fleet: Fleet): Promise<string> {
  const branch = await git(['log', '-p', fleet.statusBranch, '--'], { cwd: fleet.git.directory })
  const shown = await kubectl(
    controlPlane,
    'get',
    'events,installations,installationgroups',
    '-A',
    '-o',
    'yaml',
  )
  return `${branch}\n${shown}`
}

function shows(text: string): readonly string[] {
  return FORMS.filter((form) => text.includes(form))
}

test.serial('what is encrypted reaches the cluster and nothing else', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'sealed' })
  const keys = await keyFile(t, key)
  const files = async (pass: string) => ({
    ...template,
    'templates/web/workload.yaml': workload,
    'acme/db.yaml': await sealed(secret('db', pass), key, 'stringData'),
    'fleet/one.yaml': await sealed(document('one', pass, { pin: 987654321 }), key, 'values'),
  })
  await fleet.push(await files('hunter2-first'))
  const outputs: string[] = []
  const run = async (command: 'plan' | 'sync', ...more: string[]) => {
    const done = await fleet[command](...keys, ...more)
    outputs.push(done.stdout, done.stderr)
    return done
  }
  const planned = await run('plan')
  t.is(planned.code, 1, planned.stderr)
  t.regex(planned.stdout, /ConfigMap one\/web[\s\S]*url: \(secret\)/)
  t.regex(planned.stdout, /mode: fast/)
  await run('plan', '--output', 'json')
  await run('plan', '--output', 'yaml')
  const synced = await run('sync')
  t.is(synced.code, 0, synced.stderr)
  const map = await live(controlPlane, 'one', 'configmap/web')
  t.deepEqual(map?.data, { url: 'db://me:hunter2-first@db', pin: 'no. 987654321', mode: 'fast' })
  const web = await live(controlPlane, 'one', 'secret/web')
  t.like(web, { data: { url: Buffer.from('db://me:hunter2-first@db').toString('base64') } })
  t.like(await live(controlPlane, 'default', 'secret/db'), {
    data: { pass: Buffer.from('hunter2-first').toString('base64') },
  })
  const one = await live(controlPlane, 'default', 'installation/one')
  t.regex(JSON.stringify(one), /"pass":"ENC\[/)
  t.false('sops' in (one ?? {}))

  await fleet.push(await files('hunter2-second'))
  const changed = await run('plan', '--explain')
  t.regex(changed.stdout, /- data\.url: \(secret\)\n +\+ data\.url: \(secret\)/)
  t.regex(changed.stdout, /env\[name=URL\]\.value: \(secret\)/)
  await run('plan', '--output', 'json', '--explain')
  const again = await run('sync', '--log-format', 'json', '--log-level', 'trace')
  t.is(again.code, 0, again.stderr)
  t.regex(again.stderr, /"path":"data.url","before":"\(secret\)","after":"\(secret\)"/)
  await kubectl(
    controlPlane,
    '-n',
    'one',
    'patch',
    'cm/web',
    '-p',
    '{"data":{"url":"sesame-open","mode":"slow"}}',
  )
  const drifted = await run('plan')
  t.regex(drifted.stdout, /- data\.mode: slow\n +\+ data\.mode: fast/)
  const explained = await reeve(['explain', 'one', ...keys, ...fleet.options.slice(0, 2)])
  outputs.push(explained.stdout, explained.stderr)
  t.regex(explained.stdout, /values\.pass: "\(secret\)"/)
  t.deepEqual(shows(outputs.join('\n') + (await everythingOf(t.context, fleet))), [])
})

test.serial('what a container says at its end, and what the API server quotes, is redacted', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'quoted' })
  await fleet.push({
    ...template,
    'templates/web/workload.yaml': workload,
    'fleet/two.yaml': await sealed(document('two', 'swordfish-7'), key, 'values'),
    'templates/web/service.yaml': refused,
  })
  await using running = fleet.run(...(await keyFile(t, key)))
  await fleet.recorded('two', ({ problems }) => problems.some(({ code }) => code === 'invalid-field'))
  const planned = await reeve(['plan', ...fleet.options], { REEVE_AGE_KEY: key })
  t.regex(planned.stdout, /! Service two\/web\n[\s\S]*Invalid value:\s+\(hidden\)/)
  const [pod = ''] = await podsWhen(controlPlane, 'two', 'app=web')
  const client = new ClusterClient(() => loadKubeConfig(controlPlane.kubeconfig))
  const message = 'cannot connect to swordfish-7'
  const lastState = {
    terminated: { exitCode: 1, reason: 'Error', message, finishedAt: new Date().toISOString() },
  }
  await setPodStatus(
    client,
    'two',
    pod,
    waiting('CrashLoopBackOff', 'back-off', { restartCount: 3, lastState } as JsonObject),
  )
  const record = await fleet.recorded('two', ({ problems }) =>
    problems.some(({ message: told }) => told.includes('CrashLoopBackOff')),
  )
  await client[Symbol.asyncDispose]()
  t.true(record.problems.some((each) => each.message.includes('cannot connect to (secret)')))
  await liveWhen(controlPlane, 'default', 'installation/two', ({ status }) => status !== undefined)
  const output = [planned.stdout, planned.stderr, ...running.log.map((line) => JSON.stringify(line))]
  t.deepEqual(shows(output.join('\n') + (await everythingOf(t.context, fleet))), [])
})

test.serial('a file that no key fits holds its installation until there is one', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'closed' })
  const keys = await keyFile(t, key)
  await fleet.push({
    'closed/db.yaml': await sealed(secret('closed-db', 'swordfish-7'), otherKey, 'stringData'),
    'open/db.yaml': await sealed(secret('open-db', 'swordfish-7'), key, 'stringData'),
  })
  const without = await fleet.plan()
  t.is(without.code, 2)
  t.regex(without.stdout + without.stderr, /no key is given; the file is encrypted for age1/)
  await using running = fleet.run(...keys)
  await fleet.recorded('open', ({ state }) => state === 'healthy')
  const closed = await fleet.recorded('closed', ({ state }) => state === 'invalid')
  t.like(closed.problems[0], { code: 'undecryptable', file: 'closed/db.yaml', line: 1 })
  t.true(closed.problems[0]?.message.includes(otherRecipient))
  t.is(await live(controlPlane, 'default', 'secret/closed-db'), undefined)

  await writeFile(keys[1], `${key}\n${otherKey}\n`)
  await running.logged('decrypting again: there are new keys')
  await fleet.recorded('closed', ({ state }) => state === 'healthy')
  t.truthy(await live(controlPlane, 'default', 'secret/closed-db'))

  await fleet.push({ 'closed/db.yaml': await sealed(secret('closed-db', 'sesame-open'), otherKey) })
  const pass = Buffer.from('sesame-open').toString('base64')
  await liveWhen(
    controlPlane,
    'default',
    'secret/closed-db',
    ({ data }) => (data as JsonObject).pass === pass,
  )
  await fleet.recorded('closed', ({ state }) => state === 'healthy')
  const output = [without.stdout, without.stderr, ...running.log.map((line) => JSON.stringify(line))]
  t.deepEqual(shows(output.join('\n') + (await everythingOf(t.context, fleet))), [])
})
