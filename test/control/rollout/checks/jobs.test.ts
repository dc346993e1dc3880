import type { ExecutionContext } from 'ava'
import { Cluster } from '../../../../src/adapters/cluster/cluster.ts'
import type { GroupChecksOptions } from '../../../../src/control/rollout/checks/group-checks.ts'
import type { GroupToCheck } from '../../../../src/control/rollout/checks/group-to-check.ts'
import type { JsonObject } from '../../../../src/model/json.ts'
import type { LiveObject } from '../../../../src/model/object.ts'
import { NO_TENANCY, type Tenancy } from '../../../../src/model/tenancy.ts'
import { JOBS } from '../../../../src/model/well-known-resources.ts'
import { startPodSimulator } from '../../../../src/sandbox/pod-simulator.ts'
import { reeveWithAccounts } from '../../../attacks/with-accounts.ts'
import { type ControlPlaneContext, controlPlaneTest } from '../../../helpers/control-plane-test.ts'
import { kubectl } from '../../../helpers/live.ts'
import { until } from '../../../helpers/until.ts'
import { check, MINUTE, Scene, START } from './scene.ts'

interface Context {
  readonly admin: Cluster
  /** Reeve as manifests/rbac-impersonation.yaml has it, for the account acme of the namespace acme. */
  readonly reeve: Cluster
  readonly simulator: AsyncDisposable
}

const LAST_WORDS = 'connecting to postgres://app:hunter2@db\n\u001b[31mno route to host'

const test = controlPlaneTest<Context>({ controllers: true }, async (controlPlane) => {
  const kubeconfig = await reeveWithAccounts(controlPlane, ['acme'])
  return {
    admin: await Cluster.connect(controlPlane.kubeconfig),
    reeve: await Cluster.connect(kubeconfig),
    simulator: startPodSimulator(controlPlane.kubeconfig, {
      failureOf: ({ spec }) =>
        JSON.stringify(spec).includes('"image":"broken"') ? { message: LAST_WORDS } : undefined,
    }),
  }
})

test.after.always(async ({ context: { simulator, admin, reeve } }) => {
  for (const part of [simulator, admin, reeve]) await part[Symbol.asyncDispose]()
})

/** A check by a Job of one container. */
function job(namespace: string, image: string, spec: JsonObject = {}, serviceAccountName?: string) {
  const pod = { restartPolicy: 'Never', containers: [{ name: 'smoke', image }] }
  const whole = { backoffLimit: 0, template: { spec: pod }, ...spec }
  const whose = serviceAccountName === undefined ? {} : { serviceAccountName }
  return check({ name: 'smoke', question: { kind: 'job', namespace, spec: whole, ...whose } })
}

type Test = ExecutionContext<ControlPlaneContext & Context>

/** A group in a Repository of its own, so that tests do not delete the Jobs of others. */
function open(t: Test, group: Partial<GroupToCheck>, options: Partial<GroupChecksOptions> = {}): Scene {
  return new Scene(t, group, { client: t.context.admin.client, ...options })
}

function rulesOf({ accounts, allow }: Partial<Tenancy>): GroupChecksOptions['rules'] {
  const own = { namespace: 'reeve-system', objects: new Set<string>() }
  return {
    accounts: accounts ?? NO_TENANCY.accounts,
    guard: { allow: allow ?? NO_TENANCY.allow, own },
  }
}

/** Lets time pass until all checks are in a state. */
async function reach(scene: Scene, state: string): Promise<void> {
  await until(`a check that is ${state}`, () => {
    scene.decide({}, 5_000)
    return scene.state.checks.every((each) => each.state === state)
  })
}

async function reasonOf(scene: Scene, reason: RegExp): Promise<string> {
  return until(`a check that says ${reason}`, () => {
    scene.decide({}, MINUTE)
    const [first] = scene.state.checks
    return first?.reason !== undefined && reason.test(first.reason) ? first.reason : undefined
  })
}

async function jobsOf({ admin }: Pick<Context, 'admin'>, repository: string): Promise<readonly LiveObject[]> {
  const labelSelector = `reeve.dev/check-of=${repository}`
  return (await admin.client.list(JOBS, { labelSelector })).items
}

test('a Job that completes is a proof; after a restart it is not made again', async (t) => {
  await kubectl(t.context.controlPlane, 'create', 'namespace', 'completes')
  const group = { checks: [job('completes', 'fine')] }
  const scene = open(t, group, { repository: 'completes' })
  scene.decide()
  t.true(scene.state.isChecking)
  await reach(scene, 'passed')
  t.false(scene.state.isChecking)
  const [made, ...others] = await jobsOf(t.context, 'completes')
  t.deepEqual(others, [])
  t.is(made?.metadata.annotations?.['reeve.dev/check'], 'canary/smoke')
  await scene.checks[Symbol.asyncDispose]()
  const again = open(t, group, { repository: 'completes' })
  again.decide()
  await reach(again, 'passed')
  t.deepEqual(
    (await jobsOf(t.context, 'completes')).map(({ metadata }) => metadata.uid),
    [made?.metadata.uid],
  )
})

test('a Job that fails fails the revision, with the last words of its container', async (t) => {
  await kubectl(t.context.controlPlane, 'create', 'namespace', 'fails')
  const scene = open(t, { checks: [job('fails', 'broken')] }, { repository: 'fails' })
  await reach(scene, 'failed')
  const reason = scene.state.failedCheck?.reason ?? ''
  t.regex(reason, /^the Job failed: Pod canary-smoke-.*: container smoke: ended with exit code 1: /)
  t.true(reason.includes('postgres://app:…@db \\u001b[31mno route'), reason)
})

test('a Job waits for its namespace', async (t) => {
  const scene = open(t, { checks: [job('later', 'fine')] }, { repository: 'later' })
  t.regex(await reasonOf(scene, /cannot be made/), /namespaces "later" not found/)
  t.true(scene.state.isChecking)
  await kubectl(t.context.controlPlane, 'create', 'namespace', 'later')
  await reach(scene, 'passed')
})

test('a Job that is deleted while it runs is made again', async (t) => {
  const { controlPlane, admin } = t.context
  await kubectl(controlPlane, 'create', 'namespace', 'deleted')
  const scene = open(t, { checks: [job('deleted', 'fine', { suspend: true })] }, { repository: 'deleted' })
  await reasonOf(scene, /the Job is suspended/)
  const [first] = await jobsOf(t.context, 'deleted')
  await kubectl(controlPlane, '-n', 'deleted', 'delete', 'job', String(first?.metadata.name))
  await until('another Job', async () => {
    scene.decide({}, MINUTE)
    const [second] = await jobsOf({ admin }, 'deleted')
    return second !== undefined && second.metadata.uid !== first?.metadata.uid
  })
  await kubectl(
    controlPlane,
    '-n',
    'deleted',
    'patch',
    'job',
    String(first?.metadata.name),
    '-p',
    '{"spec":{"suspend":false}}',
  )
  await reach(scene, 'passed')
  t.is((await jobsOf(t.context, 'deleted')).length, 1)
})

test('Jobs of other revisions are deleted, also those that an earlier process left', async (t) => {
  await kubectl(t.context.controlPlane, 'create', 'namespace', 'stale')
  const checks = [job('stale', 'fine')]
  const digests = async () => {
    const jobs = await jobsOf(t.context, 'stale')
    return jobs.map(({ metadata }) => metadata.annotations?.['reeve.dev/check-commit'])
  }
  const scene = open(t, { checks }, { repository: 'stale' })
  await reach(scene, 'passed')
  scene.decide({ commit: 'c2', digest: 'd2' })
  await reach(scene, 'passed')
  await until('one Job', async () => (await digests()).join() === 'c2')
  await scene.checks[Symbol.asyncDispose]()
  const after = open(t, { checks, commit: 'c3', digest: 'd3' }, { repository: 'stale' })
  after.decide()
  await reach(after, 'passed')
  await until('one Job', async () => (await digests()).join() === 'c3')
  after.decide({ checks: [] })
  await until('no Job', async () => (await digests()).length === 0)
  t.pass()
})

test('a Job is made and deleted as the service account of its group, which Reeve itself could not', async (t) => {
  const { reeve } = t.context
  const account = { text: 'acme', location: { file: 'canary.yaml', line: 3 } }
  const rules = rulesOf({ accounts: { perNamespace: [], allowed: ['acme'] } })
  const options = { client: reeve.client, repository: 'acme', rules }
  const scene = open(t, { checks: [job('acme', 'fine')], account }, options)
  await reach(scene, 'passed')
  const [made] = await jobsOf(t.context, 'acme')
  t.is(made?.metadata.annotations?.['reeve.dev/check-account'], 'acme/acme')
  scene.decide({ checks: [] })
  await until('no Job', async () => (await jobsOf(t.context, 'acme')).length === 0)
})

test('a Job that the account may not make is waited for, with the reason', async (t) => {
  const { controlPlane, reeve } = t.context
  await kubectl(controlPlane, 'create', 'namespace', 'forbidden')
  const checks = [job('forbidden', 'fine', {}, 'acme/acme'), { ...job('forbidden', 'fine'), name: 'own' }]
  const scene = open(t, { checks }, { client: reeve.client, repository: 'forbidden' })
  t.regex(await reasonOf(scene, /cannot be made/), /system:serviceaccount:acme:acme/)
  await until('the other Job as well', () => /cannot be made/.test(scene.state.checks[1]?.reason ?? ''))
  t.true(scene.state.isChecking)
})

test('a Job that the configuration does not allow is not asked for', async (t) => {
  await kubectl(t.context.controlPlane, 'create', 'namespace', 'outside')
  const rules = rulesOf({ allow: { ...NO_TENANCY.allow, namespaces: ['team-*'] } })
  const scene = open(t, { checks: [job('outside', 'fine')] }, { repository: 'outside', rules })
  t.regex(
    await reasonOf(scene, /./),
    /does not allow this object: Job\.batch outside\/canary-smoke-.*allow\.namespaces/,
  )
  t.deepEqual(await jobsOf(t.context, 'outside'), [])
})

test('a Job that the API server refuses is waited for, with the reason', async (t) => {
  await kubectl(t.context.controlPlane, 'create', 'namespace', 'refused')
  const checks = [
    job('refused', 'fine', { templat: {} }),
    { ...job('refused', 'fine', { template: 'x' }), name: 'no-template' },
  ]
  const scene = open(t, { checks }, { repository: 'refused' })
  t.regex(await reasonOf(scene, /cannot be made/), /templat/)
  await until('both', () => /cannot be made/.test(scene.state.checks[1]?.reason ?? ''))
  t.true(scene.state.isChecking)
})

test('a Job of that name that is no one of the check proves nothing', async (t) => {
  const { controlPlane, admin } = t.context
  await kubectl(controlPlane, 'create', 'namespace', 'squatted')
  const checks = [job('squatted', 'fine', { suspend: true })]
  const scene = open(t, { checks }, { repository: 'squatted' })
  await reasonOf(scene, /the Job is suspended/)
  const [made] = await jobsOf({ admin }, 'squatted')
  const name = String(made?.metadata.name)
  await kubectl(controlPlane, '-n', 'squatted', 'label', 'job', name, 'reeve.dev/check-of-')
  await kubectl(controlPlane, '-n', 'squatted', 'patch', 'job', name, '-p', '{"spec":{"suspend":false}}')
  await reasonOf(scene, /is not one that Reeve made for it/)
  t.true(scene.now > START)
  t.true(scene.state.isChecking)
})
