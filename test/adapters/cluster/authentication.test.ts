import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiError } from '../../../src/adapters/cluster/api-error.ts'
import { capturingKubeConfig } from '../../../src/adapters/cluster/capturing-kube-config.ts'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { importKubeConfig } from '../../../src/adapters/cluster/import-kube-config.ts'
import { loadKubeConfig, podNamespaceOf } from '../../../src/adapters/cluster/load-kube-config.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'

const test = controlPlaneTest({}, async () => ({
  directory: await mkdtemp(join(tmpdir(), 'reeve-authentication-')),
}))

test.after.always(({ context }) => rm(context.directory, { recursive: true, force: true }))

const whoAmI = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }

async function userOf(client: ClusterClient): Promise<string> {
  const { body } = await client.raw('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    body: JSON.stringify(whoAmI),
    contentType: 'application/json',
  })
  return JSON.parse(body).status.userInfo.username
}

async function kubeconfig(
  { controlPlane, directory }: { controlPlane: ControlPlane; directory: string },
  name: string,
  user: object,
) {
  const file = join(directory, name)
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [
      { name: 'k', cluster: { server: controlPlane.server, 'certificate-authority': controlPlane.caFile } },
    ],
    users: [{ name: 'u', user }],
  }
  await writeFile(file, JSON.stringify(config))
  return file
}

async function serviceAccountToken(controlPlane: ControlPlane, name: string): Promise<string> {
  await controlPlane.kubectl(['create', 'serviceaccount', name])
  return (await controlPlane.kubectl(['create', 'token', name])).stdout.trim()
}

test('after a 401 the exec plugin is asked again, and the request goes through', async (t) => {
  const { controlPlane, directory } = t.context
  const counter = join(directory, 'asked')
  const script = `echo asked >> ${counter}
    token=stale; [ $(wc -l < ${counter}) -gt 1 ] && token=${controlPlane.token}
    echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'$token'"}}'`
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', script] }
  const file = await kubeconfig(t.context, 'exec', { exec })
  const client = new ClusterClient(() => loadKubeConfig(file))
  t.teardown(() => client[Symbol.asyncDispose]())
  const users = await Promise.all(Array.from({ length: 8 }, () => userOf(client)))
  t.is(new Set(users).size, 1)
  t.is(await readFile(counter, 'utf8'), 'asked\nasked\n')
})

test('credentials that are simply wrong are a 401, and are not asked for at every request', async (t) => {
  const file = await kubeconfig(t.context, 'wrong', { token: 'wrong' })
  let loads = 0
  const client = new ClusterClient(() => {
    loads++
    return loadKubeConfig(file)
  })
  t.teardown(() => client[Symbol.asyncDispose]())
  for (let i = 0; i < 10; i++) {
    const error = await t.throwsAsync(userOf(client), { instanceOf: ApiError })
    t.is(error instanceof ApiError && error.code, 401)
  }
  t.true(loads > 1 && loads < 6, `${loads} loads`)
})

test('a token that expired before its file was renewed is waited for, by all requests', async (t) => {
  const { controlPlane, directory } = t.context
  const tokenFile = join(directory, 'late-token')
  await writeFile(tokenFile, 'expired')
  const file = await kubeconfig(t.context, 'late-token-file', { tokenFile })
  const client = new ClusterClient(() => loadKubeConfig(file))
  t.teardown(() => client[Symbol.asyncDispose]())
  const renewed = sleep(400).then(() => writeFile(tokenFile, controlPlane.token))
  const users = await Promise.all([userOf(client), userOf(client), sleep(200).then(() => userOf(client))])
  t.deepEqual(users, ['admin', 'admin', 'admin'])
  await renewed
})

test('a token file that was replaced is read again', async (t) => {
  const { controlPlane, directory } = t.context
  const tokenFile = join(directory, 'token')
  await writeFile(tokenFile, 'stale')
  const file = await kubeconfig(t.context, 'token-file', { tokenFile })
  let loads = 0
  const client = new ClusterClient(async () => {
    if (++loads === 2) await writeFile(tokenFile, `${controlPlane.token}\n`)
    return loadKubeConfig(file)
  })
  t.teardown(() => client[Symbol.asyncDispose]())
  t.is(await userOf(client), 'admin')
  t.is(loads, 2)
})

test('in a Pod the service account is used', async (t) => {
  const { controlPlane, directory } = t.context
  const root = join(directory, 'pod')
  const account = join(root, 'var/run/secrets/kubernetes.io/serviceaccount')
  await mkdir(account, { recursive: true })
  await writeFile(join(account, 'token'), `${await serviceAccountToken(controlPlane, 'reeve')}\n`)
  await writeFile(join(account, 'ca.crt'), await readFile(controlPlane.caFile))
  await writeFile(join(account, 'namespace'), 'reeve-system\n')
  const { hostname, port } = new URL(controlPlane.server)
  process.env.KUBERNETES_SERVICE_HOST = hostname
  process.env.KUBERNETES_SERVICE_PORT = port
  const Config = capturingKubeConfig(await importKubeConfig())
  const config = new Config()
  config.loadFromCluster(root)
  const client = new ClusterClient(async () => config)
  t.teardown(() => client[Symbol.asyncDispose]())
  t.is(await userOf(client), 'system:serviceaccount:default:reeve')
  t.is(podNamespaceOf(config), 'reeve-system')
  t.is(podNamespaceOf(await loadKubeConfig(controlPlane.kubeconfig)), undefined)
})

test('a server whose certificate nobody vouches for is not talked to', async (t) => {
  const { controlPlane, directory } = t.context
  const file = join(directory, 'no-ca')
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: { server: controlPlane.server } }],
    users: [{ name: 'u', user: { token: controlPlane.token } }],
  }
  await writeFile(file, JSON.stringify(config))
  const client = new ClusterClient(() => loadKubeConfig(file), { deadline: 0 })
  t.teardown(() => client[Symbol.asyncDispose]())
  const error = await t.throwsAsync(userOf(client), { name: 'ConnectionError' })
  t.false(JSON.stringify([error.message, error.stack]).includes(controlPlane.token))
})
