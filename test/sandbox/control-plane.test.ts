import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { type ControlPlane, startControlPlane } from '../../src/sandbox/control-plane.ts'
import { becomesTrue, processIsGone } from './process-is-gone.ts'

async function succeed(controlPlane: ControlPlane, args: readonly string[], input = ''): Promise<string> {
  const { stdout, stderr, code } = await controlPlane.kubectl(args, { input })
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
  return stdout
}

const configMap = (name: string) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { key: 'value' } })

const shared = await startControlPlane({ controllers: true, auditLog: true })
test.after.always(() => shared.stop())

test.serial('two control planes at once serve each their own objects', async (t) => {
  const [one, two] = await Promise.all([startControlPlane(), startControlPlane()])
  await using _one = one
  await using _two = two
  await succeed(one, ['create', '-f', '-'], configMap('mine'))
  t.is(await succeed(one, ['get', 'configmap', 'mine', '-o', 'name']), 'configmap/mine\n')
  await t.throwsAsync(two.requests(), { message: /auditLog: true/ })
  const elsewhere = await two.kubectl(['get', 'configmap', 'mine'])
  t.is(elsewhere.code, 1)
  t.regex(elsewhere.stderr, /not found/)
})

test.serial('the server says which version of Kubernetes it is', async (t) => {
  const { serverVersion } = JSON.parse(await succeed(shared, ['version', '-o', 'json']))
  t.regex(serverVersion.gitVersion, /^v1\.\d+\.\d+$/)
  t.is(
    `${serverVersion.major}.${serverVersion.minor}`,
    serverVersion.gitVersion.slice(1).replace(/\.\d+$/, ''),
  )
})

test.serial('stop ends every process and removes the directory', async (t) => {
  const controlPlane = await startControlPlane({ controllers: true })
  const pids = controlPlane.processIds()
  t.is(pids.length, 3)
  await controlPlane.stop()
  for (const pid of pids) t.true(await processIsGone(pid))
  t.false(existsSync(controlPlane.directory))
  await t.notThrowsAsync(controlPlane.stop())
})

test.serial('a service account has the rights that RBAC gives it, and no more', async (t) => {
  await succeed(shared, ['create', 'serviceaccount', 'reader'])
  await succeed(shared, ['create', 'role', 'reader', '--verb=get,list', '--resource=configmaps'])
  await succeed(shared, [
    'create',
    'rolebinding',
    'reader',
    '--role=reader',
    '--serviceaccount=default:reader',
  ])
  const token = (await succeed(shared, ['create', 'token', 'reader'])).trim()
  // The kubeconfig's admin would win over --token: this is a client without it.
  const as = (...args: string[]) =>
    shared.kubectl([
      '--kubeconfig=/dev/null',
      `--server=${shared.server}`,
      `--certificate-authority=${shared.caFile}`,
      `--token=${token}`,
      ...args,
    ])
  t.like(await as('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'), {
    stdout: 'system:serviceaccount:default:reader',
  })
  t.is((await as('get', 'configmaps')).code, 0)
  t.regex((await as('get', 'secrets')).stderr, /Forbidden/)
})

test.serial(
  'a stopped API server refuses connections and is back with all its data after its start',
  async (t) => {
    await using controlPlane = await startControlPlane()
    await succeed(controlPlane, ['create', '-f', '-'], configMap('kept'))
    await controlPlane.stopApiServer()
    t.is(controlPlane.processIds().length, 1)
    await t.throwsAsync(fetch(controlPlane.server))
    await controlPlane.startApiServer()
    t.is(await succeed(controlPlane, ['get', 'configmap', 'kept', '-o', 'name']), 'configmap/kept\n')
    await controlPlane.killApiServer()
    await t.throwsAsync(fetch(controlPlane.server))
    await controlPlane.startApiServer()
    t.is(await succeed(controlPlane, ['get', 'configmap', 'kept', '-o', 'name']), 'configmap/kept\n')
  },
)

test.serial('the controllers make Pods of a Deployment and collect them with it', async (t) => {
  await succeed(shared, ['create', 'deployment', 'web', '--image=example.com/web:1', '--replicas=2'])
  const pods = async () => (await succeed(shared, ['get', 'pods', '-o', 'name'])).split('\n').length - 1
  t.true(await becomesTrue(async () => (await pods()) === 2, 20_000))
  await succeed(shared, ['delete', 'deployment', 'web'])
  t.true(await becomesTrue(async () => (await pods()) === 0, 20_000))
})

test.serial('the audit log tells the controllers from the admin', async (t) => {
  const start = new Date()
  await succeed(shared, ['create', 'deployment', 'noted', '--image=example.com/web:1'])
  const byControllers = () => shared.writes({ user: 'system:kube-controller-manager', since: start })
  t.true(
    await becomesTrue(
      async () => (await byControllers()).some(({ resource }) => resource === 'pods'),
      20_000,
    ),
  )
  const byAdmin = await shared.writes({ user: 'admin', since: start })
  t.deepEqual(
    byAdmin.map(({ verb, resource, name }) => `${verb} ${resource} ${name}`),
    ['create deployments noted'],
  )
})

test.serial('the audit log has every write by the time that it is answered', async (t) => {
  const start = new Date()
  const names = Array.from({ length: 20 }, (_, index) => `map-${index}`)
  await Promise.all(names.map((name) => succeed(shared, ['create', '-f', '-'], configMap(name))))
  const writes = await shared.writes({ userAgent: 'kubectl', since: start })
  t.deepEqual(writes.map((request) => request.name).sort(), [...names].sort())
  t.true(writes.every((request) => request.verb === 'create' && request.resource === 'configmaps'))
  await delay(10)
  const since = new Date()
  await succeed(shared, ['get', 'configmaps'])
  t.deepEqual(await shared.writes({ user: 'admin', since }), [])
  const [request, ...others] = await shared.requests({ user: 'admin', since })
  t.like(request, { verb: 'list', resource: 'configmaps', namespace: 'default' })
  t.deepEqual(others, [])
})

test.serial('the admin token is in no file that others may read', async (t) => {
  t.true((await readFile(shared.kubeconfig, 'utf8')).includes(shared.token))
  const mode = async (path: string) => (await stat(path)).mode & 0o077
  t.is(await mode(shared.kubeconfig), 0)
  t.is(await mode(shared.directory), 0)
})
