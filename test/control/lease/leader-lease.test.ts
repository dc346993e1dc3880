import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import { answering, claiming, openChallenge } from '../../../src/control/lease/lease.ts'
import { LeaseApi } from '../../../src/control/lease/lease-api.ts'
import { WatchedLease } from '../../../src/control/lease/watched-lease.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { startReaper } from '../../../src/sandbox/reaper.ts'
import { startTcpProxy } from '../../adapters/cluster/tcp-proxy.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../../helpers/fleet.ts'
import { apply, kubectl, live, liveWhen } from '../../helpers/live.ts'
import { configMap } from '../../helpers/manifests.ts'
import { leaseWrites, objectWrites } from '../../helpers/object-writes.ts'
import type { ReeveProcess } from '../../helpers/reeve.ts'
import { newServiceAccount, type ServiceAccount } from '../../helpers/service-account.ts'
import { until } from '../../helpers/until.ts'

interface Context {
  readonly controlPlane: ControlPlane
  /** For a second Reeve, so that the audit log tells who did what. */
  readonly second: ServiceAccount
}

/** An answer is asked for every half minute. */
const HALF_A_MINUTE_AND_MORE = 90_000

const test = controlPlaneTest({}, async (controlPlane) => ({
  second: await newServiceAccount(controlPlane, 'second', 'cluster-admin'),
}))

test.serial('a second Reeve of the same name stands by, says so once and writes nothing', async (t) => {
  const { controlPlane, second } = t.context
  await using pair = await startPair(t, 'twice')
  const since = new Date()
  await using first = pair.first()
  await first.logged('in sync')
  await using other = pair.second('--listen', '127.0.0.1:0')
  const { problem, remedy, level } = await other.logged('standing by')
  t.is(level, 'warn')
  t.regex(
    String(problem),
    new RegExp(`has this cluster: process ${first.pid} on \\S+, Reeve \\d.*, since 20.*Z`),
  )
  t.regex(String(problem), /Lease default\/reeve-twice/)
  t.regex(String(remedy), /--name/)
  const { url } = await other.logged('serving probes and metrics')
  const ready = await fetch(`${url}/readyz`)
  t.is(ready.status, 200)
  t.regex(await ready.text(), /^standing by: .*process \d+ on/)
  t.regex(await (await fetch(`${url}/metrics`)).text(), /^reeve_standing_by 1$/m)

  await pair.fleet.push({ 'acme/a.yaml': configMap('default', 'twice', { a: '2' }) })
  await liveWhen(controlPlane, 'default', 'configmap/twice', hasA('2'))
  other.signal('SIGTERM')
  t.is(await other.exited, 0)
  t.deepEqual(messagesOf(other), [
    'serving probes and metrics',
    'another Reeve holds the Lease; asking whether it is alive',
    'standing by',
    'stopping',
    'stopped',
  ])
  t.deepEqual(await objectWrites(controlPlane, { user: second.user, since }), [])
  t.like(await lease(controlPlane, 'reeve-twice'), { spec: { leaseTransitions: 0 } })
  t.false(first.log.some(({ level }) => level !== 'info'))
})

test.serial('what one that stands by is told is passed on to the leader through the Lease', async (t) => {
  const { controlPlane } = t.context
  await using pair = await startPair(t, 'passed-on')
  await using first = pair.first('--interval', '24h')
  await first.logged('in sync')
  await using other = pair.second('--interval', '24h')
  await other.logged('standing by')
  for (const a of ['2', '3']) {
    await pair.fleet.push({ 'acme/a.yaml': configMap('default', 'passed-on', { a }) })
    other.signal('SIGHUP')
    await liveWhen(controlPlane, 'default', 'configmap/passed-on', hasA(a))
  }
  t.false(messagesOf(other).includes('new commit'))
})

test.serial('when the first one stops, the second goes on at once, from where Git is', async (t) => {
  const { controlPlane, second } = t.context
  await using pair = await startPair(t, 'after')
  const first = pair.first()
  await first.logged('in sync')
  await using other = pair.second('--listen', '127.0.0.1:0')
  await other.logged('standing by')
  const since = new Date()
  first.signal('SIGTERM')
  t.is(await first.exited, 0)
  await other.logged('Lease acquired')
  await other.logged('in sync')
  const patches = await leaseWrites(controlPlane, { user: second.user, since })
  t.deepEqual(
    patches.map(({ verb }) => verb),
    ['patch'],
    'it need not ask',
  )
  const { url } = await other.logged('serving probes and metrics')
  t.is(await (await fetch(`${url}/readyz`)).text(), 'ok\n')
  t.regex(await (await fetch(`${url}/metrics`)).text(), /^reeve_standing_by 0$/m)
  await pair.fleet.push({ 'acme/a.yaml': configMap('default', 'after', { a: '2' }) })
  await liveWhen(controlPlane, 'default', 'configmap/after', hasA('2'))
  t.like(await lease(controlPlane, 'reeve-after'), { spec: { leaseTransitions: 1 } })
})

test.serial(
  'a Reeve that is killed loses the cluster to the next one, which asks and gets no answer',
  async (t) => {
    const { controlPlane, second } = t.context
    await using pair = await startPair(t, 'killed')
    const first = pair.first()
    await first.logged('in sync')
    first.signal('SIGKILL')
    await first.exited
    await kubectl(controlPlane, 'delete', 'configmap/killed')
    const since = new Date()
    await using other = pair.second()
    const { holder } = await other.logged('another Reeve holds the Lease; asking whether it is alive')
    t.regex(String(holder), new RegExp(`process ${first.pid} on`))
    await liveWhen(controlPlane, 'default', 'configmap/killed')
    const patches = await leaseWrites(controlPlane, { user: second.user, since })
    t.deepEqual(
      patches.map(({ code }) => code),
      [200, 200],
      'it asked once, and took over',
    )
    t.false(messagesOf(other).includes('standing by'))
    t.like(await lease(controlPlane, 'reeve-killed'), { spec: { leaseTransitions: 1 } })
  },
)

test.serial('one that stands by notices when the other one is killed', async (t) => {
  const { controlPlane } = t.context
  await using pair = await startPair(t, 'outlived')
  const first = pair.first()
  await first.logged('in sync')
  await using other = pair.second()
  await other.logged('standing by')
  first.signal('SIGKILL')
  await first.exited
  await kubectl(controlPlane, 'delete', 'configmap/outlived')
  await other.logged('Lease acquired', undefined, HALF_A_MINUTE_AND_MORE)
  await liveWhen(controlPlane, 'default', 'configmap/outlived')
  t.is(messagesOf(other).filter((message) => message === 'standing by').length, 1)
})

test.serial('after a kill the next one with the same data directory asks nobody', async (t) => {
  const { controlPlane } = t.context
  await using pair = await startPair(t, 'again')
  const first = pair.first()
  await first.logged('in sync')
  first.signal('SIGKILL')
  await first.exited
  const since = new Date()
  await using next = pair.first()
  await next.logged('in sync')
  t.deepEqual(messagesOf(next).slice(0, 1), ['new commit'])
  t.is((await leaseWrites(controlPlane, { since })).length, 1)
  const { spec, metadata } = (await lease(controlPlane, 'reeve-again')) ?? fail()
  t.like(spec, { leaseTransitions: 0 })
  t.regex(metadata.annotations?.['reeve.dev/holder'] ?? '', new RegExp(`^process ${next.pid} on`))
})

test.serial('one that was stopped (SIGSTOP) and wakes up after it was replaced stands back', async (t) => {
  const { controlPlane } = t.context
  await using pair = await startPair(t, 'asleep')
  await using first = pair.first()
  await first.logged('in sync')
  first.signal('SIGSTOP')
  await using other = pair.second()
  await other.logged('in sync')
  await pair.fleet.push({ 'acme/a.yaml': configMap('default', 'asleep', { a: '2' }) })
  const held = await liveWhen(controlPlane, 'default', 'configmap/asleep', hasA('2'))
  const since = new Date()
  first.signal('SIGCONT')
  await standsBack(t, first, other)
  t.deepEqual(await objectWrites(controlPlane, { since }), [])
  t.deepEqual(await live(controlPlane, 'default', 'configmap/asleep'), held)
})

test.serial(
  'one that was cut off from the API server and comes back after it was replaced stands back',
  async (t) => {
    const { controlPlane } = t.context
    await using stack = new AsyncDisposableStack()
    const proxy = await startTcpProxy(controlPlane.server)
    stack.defer(() => proxy.close())
    await using pair = await startPair(t, 'cut-off')
    const behindProxy = join(controlPlane.directory, 'cut-off.kubeconfig')
    const text = await readFile(controlPlane.kubeconfig, 'utf8')
    await writeFile(behindProxy, text.replace(controlPlane.server, proxy.url))
    await using first = pair.first('--kubeconfig', behindProxy)
    await first.logged('in sync')
    proxy.cut()
    await using other = pair.second()
    await other.logged('in sync')
    const commit = await pair.fleet.push({ 'acme/a.yaml': configMap('default', 'cut-off', { a: '2' }) })
    await first.logged('new commit', (line) => line.commit === commit)
    const held = await liveWhen(controlPlane, 'default', 'configmap/cut-off', hasA('2'))
    await kubectl(controlPlane, 'annotate', 'configmap/cut-off', 'somebody=else')
    const since = new Date()
    proxy.mend()
    await standsBack(t, first, other)
    t.deepEqual(await objectWrites(controlPlane, { since }), [])
    t.is((await live(controlPlane, 'default', 'configmap/cut-off'))?.metadata.uid, held.metadata.uid)
  },
)

test.serial('reeve sync says who has the cluster, and changes nothing', async (t) => {
  const { controlPlane } = t.context
  await using pair = await startPair(t, 'synced')
  await using first = pair.first('--interval', '24h')
  await first.logged('in sync')
  await pair.fleet.push({ 'acme/a.yaml': configMap('default', 'synced', { a: '2' }) })
  const { code, stdout, stderr } = await pair.fleet.sync('--data-dir', pair.dataDir)
  t.is(code, 1)
  t.is(stdout, '')
  t.regex(stderr, new RegExp(`has this cluster: process ${first.pid} on .*\\n +stop one of the two`))
  t.true(hasA('1')((await live(controlPlane, 'default', 'configmap/synced')) ?? fail()))
  t.is((await pair.fleet.plan('--data-dir', pair.dataDir)).code, 1, 'a plan may be made at any time')

  first.signal('SIGTERM')
  await first.exited
  const after = await pair.fleet.sync('--data-dir', pair.dataDir)
  t.is(after.code, 0, after.stderr)
  t.notRegex(after.stderr, /asking/)
  t.is((await pair.fleet.sync()).code, 0, 'it has given the cluster back')
  t.falsy((await lease(controlPlane, 'reeve-synced'))?.spec?.holderIdentity)
})

test.serial('two Reeves of different names share a cluster', async (t) => {
  const { controlPlane } = t.context
  await using one = await startPair(t, 'Shared_A')
  await using two = await startPair(t, 'shared-a')
  await using first = one.first()
  await using second = two.first()
  await Promise.all([first.logged('in sync'), second.logged('in sync')])
  for (const { log } of [first, second]) t.false(log.some(({ level }) => level !== 'info'))
  t.truthy(await live(controlPlane, 'default', 'configmap/shared-a'))
})

test.serial('of two that start at the same time one goes on and one stands by', async (t) => {
  const { controlPlane } = t.context
  await using pair = await startPair(t, 'race')
  await using one = pair.first()
  await using two = pair.second()
  const both = [one, two]
  await until('one to stand by', () => both.some((reeve) => messagesOf(reeve).includes('standing by')))
  await until('one to go on', () => both.some((reeve) => messagesOf(reeve).includes('in sync')))
  t.is(both.filter((reeve) => messagesOf(reeve).includes('in sync')).length, 1)
  t.like(await lease(controlPlane, 'reeve-race'), { spec: { leaseTransitions: 0 } })
})

test.serial('a Lease that somebody deletes or empties is claimed again by who had it', async (t) => {
  const { controlPlane } = t.context
  await using pair = await startPair(t, 'deleted')
  await using first = pair.first()
  await first.logged('in sync')
  const { spec: before } = (await lease(controlPlane, 'reeve-deleted')) ?? fail()
  const holds = ({ spec }: Lease) => spec?.holderIdentity === before?.holderIdentity
  await kubectl(controlPlane, 'delete', 'lease/reeve-deleted')
  await leaseWhen(controlPlane, 'reeve-deleted', holds)
  await kubectl(
    controlPlane,
    'patch',
    'lease/reeve-deleted',
    '--type=merge',
    '-p',
    '{"spec":{"holderIdentity":""}}',
  )
  await leaseWhen(controlPlane, 'reeve-deleted', holds)
  // Its log is a pipe, which may be behind the API server.
  const told = () => messagesOf(first).filter((text) => text.startsWith('the Lease was taken')).length
  await until('both claims to be told', () => told() >= 2)
  t.is(told(), 2)
  await using other = pair.second()
  await other.logged('standing by')
})

test.serial('a Reeve with a copy of the data directory of another does not fight it', async (t) => {
  const { controlPlane } = t.context
  await using pair = await startPair(t, 'copied')
  await using first = pair.first()
  await first.logged('in sync')
  await cp(pair.fleet.dataDir, pair.dataDir, { recursive: true, filter: (path) => !path.endsWith('lock') })
  await using other = pair.second()
  await other.logged('in sync')
  await standsBack(t, first, other)
  t.like(await lease(controlPlane, 'reeve-copied'), { spec: { leaseTransitions: 0 } })
})

test.serial('without the right to use Leases Reeve says so once, and works', async (t) => {
  const { controlPlane } = t.context
  await kubectl(controlPlane, 'create', 'clusterrole', 'maps', '--verb=*', '--resource=configmaps')
  const limited = await newServiceAccount(controlPlane, 'limited', 'maps')
  await using pair = await startPair(t, 'limited')
  await using reeve = pair.first('--kubeconfig', limited.kubeconfig)
  await reeve.logged('in sync')
  const warnings = reeve.log.filter(({ level }) => level !== 'info')
  const [ofLease, ...others] = warnings.filter(({ problem }) => String(problem).includes('"leases"'))
  t.deepEqual(others, [])
  t.like(ofLease, {
    level: 'warn',
    code: 'forbidden',
    msg: 'running without a Lease: another Reeve of the same name would go unnoticed',
  })
  t.regex(String(ofLease?.problem), /cannot get resource "leases" .* in the namespace "default"/)
  t.truthy(await live(controlPlane, 'default', 'configmap/limited'))
  const sync = await pair.fleet.sync('--kubeconfig', limited.kubeconfig, '--data-dir', pair.dataDir)
  t.is(sync.code, 0, sync.stderr)
})

/** A webhook that is called for everything there is, and whose server is not there. */
function deadWebhook(name: string, failurePolicy = 'Fail'): string {
  const webhook = {
    name: `${name}.e2e.dev`,
    failurePolicy,
    timeoutSeconds: 2,
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    clientConfig: { service: { name: 'nowhere', namespace: 'default' } },
    rules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'], scope: '*' }],
  }
  const kind = 'ValidatingWebhookConfiguration'
  return `${JSON.stringify({ apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name }, webhooks: [webhook] })}\n`
}

const WEBHOOKS = 'validatingwebhookconfigurations'

for (const change of ['removes', 'mends'] as const)
  test.serial(`a webhook that keeps the Lease from being taken goes where Git ${change} it`, async (t) => {
    const { controlPlane } = t.context
    const name = `webhook-${change}`
    t.teardown(() => controlPlane.kubectl(['delete', WEBHOOKS, name, '--ignore-not-found']))
    await using pair = await startPair(t, name)
    await pair.fleet.push({ 'platform/webhook.yaml': deadWebhook(name) })
    const first = pair.first()
    await liveWhen(controlPlane, '', `${WEBHOOKS}/${name}`)
    first.signal('SIGKILL')
    await first.exited
    await pair.fleet.push({
      'platform/webhook.yaml': change === 'removes' ? undefined : deadWebhook(name, 'Ignore'),
      'acme/a.yaml': configMap('default', name, { a: '2' }),
    })
    const since = new Date()
    await using next = pair.first()
    const { problem } = await next.logged('checking whether Git changes or removes what blocks the Lease')
    t.regex(String(problem), new RegExp(`ValidatingWebhookConfiguration.* ${name}: .*"${name}\\.e2e\\.dev"`))
    await next.logged('in sync')
    t.true(hasA('2')((await live(controlPlane, 'default', `configmap/${name}`)) ?? fail()))
    const [write, ...others] = await objectWrites(controlPlane, { since })
    t.like(write, { verb: change === 'removes' ? 'delete' : 'patch', resource: WEBHOOKS })
    t.deepEqual(
      others.map(({ resource }) => resource),
      ['configmaps'],
    )
    t.false(next.log.some(({ level }) => level === 'error'))
  })

test.serial(
  'a webhook that keeps the Lease from being taken, and that Git says nothing of, is named',
  async (t) => {
    const { controlPlane } = t.context
    t.teardown(() => controlPlane.kubectl(['delete', WEBHOOKS, 'foreign', '--ignore-not-found']))
    await using pair = await startPair(t, 'foreign')
    await apply(controlPlane, deadWebhook('foreign'))
    await untilBlocked(controlPlane)
    const since = new Date()
    await using reeve = pair.first('--listen', '127.0.0.1:0')
    const { problem, code, level } = await reeve.logged('the Lease cannot be taken')
    t.like({ code, level }, { code: 'lease-blocked', level: 'warn' })
    t.regex(
      String(problem),
      /ValidatingWebhookConfiguration\S* foreign: .*failed calling webhook "foreign\.e2e\.dev"/,
    )
    const { url } = await reeve.logged('serving probes and metrics')
    const ready = await fetch(`${url}/readyz`)
    t.is(ready.status, 503)
    t.regex(await ready.text(), /failed calling webhook "foreign\.e2e\.dev"/)
    const sync = await pair.fleet.sync('--data-dir', pair.dataDir)
    t.is(sync.code, 1)
    t.regex(sync.stderr, /foreign: .*failed calling webhook "foreign\.e2e\.dev"/)
    t.deepEqual(await objectWrites(controlPlane, { since }), [])
    await kubectl(controlPlane, 'delete', WEBHOOKS, 'foreign')
    await reeve.logged('in sync')
  },
)

test.serial(
  'while another Reeve has the Lease no webhook is touched that keeps it from being taken',
  async (t) => {
    const { controlPlane } = t.context
    t.teardown(() => controlPlane.kubectl(['delete', WEBHOOKS, 'held', '--ignore-not-found']))
    await using pair = await startPair(t, 'held')
    await pair.fleet.push({ 'platform/webhook.yaml': deadWebhook('held') })
    const first = pair.first()
    await liveWhen(controlPlane, '', `${WEBHOOKS}/held`)
    first.signal('SIGSTOP')
    await untilBlocked(controlPlane)
    await pair.fleet.push({ 'platform/webhook.yaml': undefined })
    const since = new Date()
    await using other = pair.second()
    await other.logged('could not change what blocks the Lease', (line) => line.code === 'cluster-held')
    await other.logged('the Lease cannot be taken')
    t.deepEqual(await objectWrites(controlPlane, { since }), [])
    first.signal('SIGKILL')
    await first.exited
    t.truthy(await live(controlPlane, '', `${WEBHOOKS}/held`))
  },
)

test.serial('a Lease that a quota or a policy refuses is not gone without', async (t) => {
  const { controlPlane } = t.context
  t.teardown(() =>
    controlPlane.kubectl([
      'delete',
      'validatingadmissionpolicybinding,validatingadmissionpolicy',
      'no-leases',
      '--ignore-not-found',
    ]),
  )
  await using pair = await startPair(t, 'refused')
  const rule = {
    apiGroups: ['coordination.k8s.io'],
    apiVersions: ['v1'],
    operations: ['CREATE'],
    resources: ['leases'],
  }
  const policy = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'no-leases' },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: [{ expression: 'object.metadata.name != "reeve-refused"', reason: 'Forbidden' }],
    },
  }
  const binding = {
    ...policy,
    kind: 'ValidatingAdmissionPolicyBinding',
    spec: { policyName: 'no-leases', validationActions: ['Deny'] },
  }
  for (const each of [policy, binding]) await apply(controlPlane, JSON.stringify(each))
  const lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'reeve-refused', namespace: 'default' },
  }
  await until(
    'the policy',
    async () =>
      (
        await controlPlane.kubectl(['create', '--dry-run=server', '-f', '-'], {
          input: JSON.stringify(lease),
        })
      ).code !== 0,
  )
  await using reeve = pair.first()
  const { problem } = await reeve.logged('the Lease cannot be taken')
  t.regex(String(problem), /no-leases/)
  t.is(await live(controlPlane, 'default', 'configmap/refused'), undefined)
  await kubectl(controlPlane, 'delete', 'validatingadmissionpolicybinding', 'no-leases')
  await reeve.logged('in sync')
})

/** Resolves when the API server calls the webhook, a moment after its configuration is there. */
function untilBlocked(controlPlane: ControlPlane): Promise<unknown> {
  const create = ['create', 'configmap', 'blocked', '--dry-run=server']
  return until('the webhook to be called', async () => (await controlPlane.kubectl(create)).code !== 0)
}

test.serial('a holder that answers is believed only as long as it follows its branch', async (t) => {
  const { controlPlane } = t.context
  for (const [name, hours, isBelieved] of [
    ['follows', 1, true],
    ['answers-only', 3, false],
  ] as const) {
    await using pair = await startPair(t, name)
    await using _impostor = await startImpostor(controlPlane, name, hours)
    await using reeve = pair.first()
    if (isBelieved) {
      await reeve.logged('standing by')
      continue
    }
    await reeve.logged('the holder of the Lease answers, but does not follow its branch; taking over')
    await reeve.logged('in sync')
    t.false(messagesOf(reeve).includes('standing by'))
  }
})

test.serial(
  'the Lease is in the namespace that Reeve is installed in, and one of before is waited for',
  async (t) => {
    const { controlPlane } = t.context
    const api = 'coordination.k8s.io/v1'
    const empty = (namespace: string, spec: object) =>
      JSON.stringify({ apiVersion: api, kind: 'Lease', metadata: { name: 'reeve-moved', namespace }, spec })
    await kubectl(controlPlane, 'create', 'namespace', 'reeve-system')
    await apply(controlPlane, empty('reeve-system', {}))
    await apply(controlPlane, empty('default', { holderIdentity: 'gone_1_host' }))
    await using pair = await startPair(t, 'moved')
    await using reeve = pair.first()
    await reeve.logged('in sync')
    t.is(reeve.log[0]?.msg, 'another Reeve holds the Lease; asking whether it is alive')
    const held = await live(controlPlane, 'reeve-system', 'lease/reeve-moved')
    t.regex(held?.metadata.annotations?.['reeve.dev/holder'] ?? '', new RegExp(`^process ${reeve.pid} on`))
    t.is(await lease(controlPlane, 'reeve-moved'), undefined)
  },
)

interface Pair extends AsyncDisposable {
  readonly fleet: Fleet
  /** The data directory of the second one. */
  readonly dataDir: string
  first(...more: string[]): ReeveProcess
  second(...more: string[]): ReeveProcess
}

/** Holds a Lease, and does nothing but to answer that it does; its branch it last followed `hours` ago. */
async function startImpostor(
  controlPlane: ControlPlane,
  name: string,
  hours: number,
): Promise<AsyncDisposable> {
  const client = new ClusterClient(() => loadKubeConfig(controlPlane.kubeconfig))
  const held = new WatchedLease({
    api: new LeaseApi(client, { namespace: 'default', name: `reeve-${name}` }),
    onNews: () => void answer(),
    onRefused: () => {},
  })
  await held.read()
  await held.write(claiming(held.current, { holder: 'impostor_1_host', about: 'an impostor' }))
  held.follow()
  async function answer(): Promise<void> {
    const { current } = held
    if (current === undefined || openChallenge(current) === undefined) return
    await held.write(answering(current, new Date(Date.now() - hours * 3_600_000))).catch(() => {})
  }
  return {
    async [Symbol.asyncDispose]() {
      await held[Symbol.asyncDispose]()
      await client[Symbol.asyncDispose]()
    },
  }
}

/** Two Reeves of one name, on different hosts as it were; there is one installation of one ConfigMap. */
async function startPair(t: ExecutionContext<Context>, name: string): Promise<Pair> {
  const { controlPlane, second } = t.context
  const fleet = await startFleet(controlPlane, { name })
  const object = name.toLowerCase().replace('_', '.')
  await fleet.push({ 'acme/a.yaml': configMap('default', object, { a: '1' }) })
  const dataDir = await mkdtemp(join(tmpdir(), 'reeve-second-'))
  const reaper = startReaper()
  reaper.guardDirectory(dataDir)
  reaper.guardDirectory(`${dataDir}-plan`)
  return {
    fleet,
    dataDir,
    first: (...more) => fleet.run(...more),
    second: (...more) => fleet.run('--data-dir', dataDir, '--kubeconfig', second.kubeconfig, ...more),
    async [Symbol.asyncDispose]() {
      await fleet[Symbol.asyncDispose]()
      await reaper.close()
    },
  }
}

/** The first one gives way to the other, and not the other way round. */
async function standsBack(
  t: ExecutionContext<Context>,
  first: ReeveProcess,
  other: ReeveProcess,
): Promise<void> {
  const { code, problem } = await first.logged('another Reeve has taken over')
  t.is(code, 'cluster-held')
  t.regex(String(problem), new RegExp(`process ${other.pid} on`))
  await first.logged('standing by', (line) => String(line.problem).includes(`process ${other.pid} on`))
  t.deepEqual(
    [...first.log, ...other.log].filter(({ level }) => level === 'error'),
    [],
  )
  t.false(messagesOf(other).includes('another Reeve has taken over'))
}

type Lease = LiveObject & { readonly spec?: Readonly<Record<string, unknown>> }

function lease(controlPlane: ControlPlane, name: string): Promise<Lease | undefined> {
  return live(controlPlane, 'default', `lease/${name}`) as Promise<Lease | undefined>
}

function leaseWhen(
  controlPlane: ControlPlane,
  name: string,
  fits: (lease: Lease) => boolean,
): Promise<unknown> {
  return liveWhen(controlPlane, 'default', `lease/${name}`, (object) => fits(object as Lease))
}

function messagesOf({ log }: ReeveProcess): readonly string[] {
  return log.map(({ msg }) => msg)
}

function hasA(value: string): (object: LiveObject) => boolean {
  return ({ data }) => JSON.stringify(data) === `{"a":"${value}"}`
}

function fail(): never {
  throw new Error('it is not there')
}
