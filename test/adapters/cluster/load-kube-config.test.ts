import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'

const kubeconfig = (parts: object) =>
  JSON.stringify({
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    clusters: [{ name: 'k', cluster: { server: 'https://example.com:6443/k8s/' } }],
    users: [{ name: 'u', user: { token: 'hunter2' } }],
    ...parts,
  })

async function written(content: string, t: { teardown: (fn: () => Promise<void>) => void }): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-kubeconfig-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const file = join(directory, 'config')
  await writeFile(file, content)
  return file
}

test('a kubeconfig is read as YAML or JSON', async (t) => {
  const config = await loadKubeConfig(await written(kubeconfig({}), t))
  t.is(config.getCurrentCluster()?.server, 'https://example.com:6443/k8s')
  t.is(config.getCurrentUser()?.token, 'hunter2')
})

test("a user's tokenFile is used, its path below the kubeconfig's", async (t) => {
  const file = await written(
    kubeconfig({ users: [{ name: 'u', user: { tokenFile: 'token', token: 'old' } }] }),
    t,
  )
  await writeFile(join(file, '..', 'token'), 'fresh\n')
  const config = await loadKubeConfig(file)
  const headers = new Map<string, string>()
  const context = {
    setHeaderParam: (name: string, value: string) => headers.set(name, value),
    setDispatcher: () => {},
  }
  await config.applySecurityAuthentication(context as never)
  t.is(headers.get('Authorization')?.trim(), 'Bearer fresh')
})

const bad: Readonly<Record<string, readonly [string, RegExp]>> = {
  'broken YAML': ['users:\n- token: hunter2\n  {{', /not valid YAML.*line/],
  'an empty file': ['', /not valid YAML/],
  'a list': ['[1]', /current-context/],
  'nothing but null': ['null', /not a kubeconfig/],
  'no current context': [kubeconfig({ 'current-context': undefined }), /no current-context/],
  'an unknown context': [kubeconfig({ 'current-context': 'x' }), /current-context x/],
  'an unknown cluster': [kubeconfig({ clusters: [] }), /no cluster k/],
  'an unknown user': [kubeconfig({ users: [] }), /no user u/],
  'a cluster without a server': [kubeconfig({ clusters: [{ name: 'k', cluster: {} }] }), /server is missing/],
  'a server of another scheme': [
    kubeconfig({ clusters: [{ name: 'k', cluster: { server: 'ftp://example.com' } }] }),
    /ftp:\/\/example\.com is not a URL of https?:/,
  ],
  'a client certificate that is not there': [
    kubeconfig({
      users: [{ name: 'u', user: { 'client-certificate': '/nowhere/c', 'client-key': '/nowhere/k' } }],
    }),
    /its client-certificate \/nowhere\/c cannot be read \(ENOENT\)/,
  ],
  'an authority that is not there': [
    kubeconfig({
      clusters: [
        { name: 'k', cluster: { server: 'https://example.com', 'certificate-authority': '/nowhere/ca' } },
      ],
    }),
    /its certificate-authority \/nowhere\/ca cannot be read \(ENOENT\)/,
  ],
  'a token file that is not there': [
    kubeconfig({ users: [{ name: 'u', user: { tokenFile: '/nowhere/token' } }] }),
    /its tokenFile \/nowhere\/token cannot be read \(ENOENT\)/,
  ],
  'a proxy that is no URL': [
    kubeconfig({
      clusters: [{ name: 'k', cluster: { server: 'https://example.com', 'proxy-url': 'no:where' } }],
    }),
    /proxy-url is not a URL/,
  ],
  'a server that is no URL': [
    kubeconfig({ clusters: [{ name: 'k', cluster: { server: 'foo bar' } }] }),
    /not a URL/,
  ],
}

for (const [what, [content, message]] of Object.entries(bad)) {
  test(`a kubeconfig with ${what} is a fault that names the file and quotes no token`, async (t) => {
    const file = await written(content, t)
    const error = await t.throwsAsync(loadKubeConfig(file), { name: 'FaultError', message })
    t.true(error.message.includes(file))
    t.false(JSON.stringify([error.message, error.stack, error.cause]).includes('hunter2'))
  })
}

test('a missing file is a fault', async (t) => {
  await t.throwsAsync(loadKubeConfig('/nowhere/config'), { name: 'FaultError', message: /nowhere/ })
})

const script = (code: string) => ['--input-type=module', '--eval', code]
const source = JSON.stringify(
  new URL('../../../src/adapters/cluster/load-kube-config.ts', import.meta.url).href,
)
const run = promisify(execFile)

test('where there is no configuration at all, it says so', async (t) => {
  const code = `const { loadKubeConfig } = await import(${source}); await loadKubeConfig().catch((e) => console.log(e.fault.code))`
  const env = { PATH: process.env.PATH, HOME: '/nowhere' }
  t.is((await run(process.execPath, script(code), { env })).stdout, 'bad-kubeconfig\n')
})

test("the library's generated models are not loaded", async (t) => {
  const file = await written(kubeconfig({}), t)
  const code = `
    import { registerHooks } from 'node:module'
    let generated = 0
    registerHooks({ load(url, context, next) { if (url.includes('/dist/gen/models/')) generated++; return next(url, context) } })
    const { loadKubeConfig } = await import(${source})
    await loadKubeConfig(${JSON.stringify(file)})
    console.log(generated)`
  t.is((await run(process.execPath, script(code))).stdout, '0\n')
})
