import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { run } from '../../src/sandbox/child.ts'
import { selfSigned } from '../helpers/certificate.ts'
import { reeve, reeveWithin } from '../helpers/reeve.ts'
import { serve } from '../helpers/serve.ts'

async function scene(t: ExecutionContext, server = 'https://127.0.0.1:1') {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-user-errors-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const kubeconfig = join(directory, 'kubeconfig')
  const config = {
    'current-context': 'c',
    clusters: [{ name: 'c', cluster: { server } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    users: [{ name: 'u', user: { token: 't' } }],
  }
  await writeFile(kubeconfig, JSON.stringify(config))
  const options = ['--data-dir', join(directory, 'data'), '--kubeconfig', kubeconfig]
  return { directory, options }
}

async function listening(t: ExecutionContext, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  t.teardown(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const REPO = ['--repo', 'http://127.0.0.1:9/x.git']

test('a port that is in use is told with its option', async (t) => {
  const { options } = await scene(t)
  const port = await listening(t, createServer())
  const { code, stderr } = await reeveWithin(['run', ...REPO, ...options, '--listen', `127.0.0.1:${port}`])
  t.is(code, 1)
  t.true(
    stderr.includes(`--listen 127.0.0.1:${port}: another program uses the port\n    stop the program`),
    stderr,
  )
})

test('a host that this machine does not have is told with its option', async (t) => {
  const { options } = await scene(t)
  const { code, stderr } = await reeveWithin(['run', ...REPO, ...options, '--listen', '203.0.113.9:8080'])
  t.is(code, 1)
  t.regex(stderr, /--listen 203\.0\.113\.9:8080: this machine does not have the address/)
})

test('HTTP_PROXY without a scheme is an http:// proxy', async (t) => {
  const asked: string[] = []
  const proxy = await serve(t, ({ url = '' }, response) => {
    asked.push(url)
    response.writeHead(404).end()
  })
  const { directory } = await scene(t)
  const args = [
    'explain',
    'acme',
    '--repo',
    'http://git.example.invalid/x.git',
    '--data-dir',
    join(directory, 'd'),
  ]
  const { stderr } = await reeve(args, { HTTP_PROXY: new URL(proxy).host, NO_PROXY: '' })
  t.regex(stderr, /404 Not Found/)
  t.regex(asked[0] ?? '', /^http:\/\/git\.example\.invalid\/x\.git\//)
})

test('a proxy that is none is a fault, not a crash', async (t) => {
  const { options } = await scene(t)
  const { code, stderr } = await reeve(['sync', ...REPO, ...options], { HTTPS_PROXY: '::: no' })
  t.is(code, 1)
  t.regex(stderr, /^not the address of a proxy: HTTPS_PROXY is not a URL\n/m)
})

test('TLS and plain HTTP that meet at a Git remote are told as that', async (t) => {
  const { directory } = await scene(t)
  const explain = (repo: string, name: string) =>
    reeveWithin(['explain', 'acme', '--repo', repo, '--data-dir', join(directory, name)])
  const plain = await serve(t, (_, response) => response.end())
  const secure = await explain(`${plain.replace('http:', 'https:')}/x.git`, 'one')
  t.regex(
    secure.stderr,
    /TLS connection to the Git remote failed: .* does not speak TLS at this port: use http:\/\/ instead of https:/,
  )

  const { certificate: cert, key } = selfSigned('git')
  const port = await listening(t, createTlsServer({ cert, key }))
  const untrusted = await explain(`https://127.0.0.1:${port}/x.git`, 'two')
  t.regex(untrusted.stderr, /TLS connection to the Git remote failed: .* no trusted authority has signed/)
  t.regex(untrusted.stderr, /--git-ca-file/)

  const words = '<html>400 The plain HTTP request was sent to HTTPS port</html>'
  const nginx = await serve(t, (_, response) => response.writeHead(400).end(words))
  const mistaken = await explain(`${nginx}/x.git`, 'three')
  t.regex(mistaken.stderr, /TLS connection to the Git remote failed: .* the server speaks TLS at this port/)
})

test('TLS and plain HTTP that meet at the API server are told as that', async (t) => {
  const words = 'Client sent an HTTP request to an HTTPS server.\n'
  const { options } = await scene(t, await serve(t, (_, response) => response.writeHead(400).end(words)))
  const { code, stderr } = await reeveWithin(['sync', ...REPO, ...options])
  t.is(code, 1)
  t.regex(stderr, /TLS connection to the API server failed: HTTP status 400 \(Client sent/)
})

test('a named pipe that is given as a file is told, and not waited for', async (t) => {
  const { directory, options } = await scene(t)
  const pipe = join(directory, 'pipe')
  await run(['mkfifo'], [pipe])
  for (const option of ['--git-token-file', '--config', '--kubeconfig', '--age-key-file']) {
    const { code, stderr } = await reeveWithin(['sync', ...REPO, ...options, option, pipe])
    t.is(code, 2)
    t.regex(stderr, /pipe"? is a named pipe, not a file/, option)
  }
})
