import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import { NoAnswer, Probe, type ProbeLimits } from '../../../src/adapters/probe/probe.ts'
import { serve } from '../../helpers/serve.ts'

function open(t: ExecutionContext, limits: Partial<ProbeLimits> = {}): Probe {
  const probe = new Probe({ limits })
  t.teardown(() => probe[Symbol.asyncDispose]())
  return probe
}

async function problemOf(t: ExecutionContext, probe: Probe, url: string): Promise<string> {
  const error = await t.throwsAsync(probe.get(new URL(url)), { instanceOf: NoAnswer })
  return error?.message ?? ''
}

test('an answer of any status is an answer', async (t) => {
  const url = await serve(t, (request, response) => {
    response.writeHead(Number(request.url?.slice(1)))
    response.end('words')
  })
  for (const status of [200, 404, 500])
    t.deepEqual(await open(t).get(new URL(`${url}/${status}`)), { status, text: 'words' })
})

test('redirects are followed on the same server, three of them, unless their status is asked for', async (t) => {
  const url = await serve(t, ({ url: path = '' }, response) => {
    const left = Number(path.slice(1))
    if (left === 0) return void response.end('there')
    response.writeHead(302, { location: `/${left - 1}` })
    response.end('go on')
  })
  const probe = open(t)
  t.deepEqual(await probe.get(new URL(`${url}/3`)), { status: 200, text: 'there' })
  t.is(await problemOf(t, probe, `${url}/4`), 'more than 3 redirects')
  t.deepEqual(await probe.get(new URL(`${url}/1`), (status) => status === 302), {
    status: 302,
    text: 'go on',
  })
})

test('a server that is not there, and one that does not speak HTTP, give no answer', async (t) => {
  const tcp = createTcpServer((socket) => socket.resume().end('SSH-2.0-hunter2\r\n')).listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  t.teardown(() => tcp.close())
  const { port } = tcp.address() as AddressInfo
  t.regex(await problemOf(t, open(t), `http://127.0.0.1:${port}`), /does not match the HTTP/)
  tcp.close()
  await once(tcp, 'close')
  t.regex(await problemOf(t, open(t), `http://127.0.0.1:${port}`), /ECONNREFUSED/)
})

test('a question under way ends with the probe', async (t) => {
  const asked = Promise.withResolvers<void>()
  const url = await serve(t, () => asked.resolve())
  const probe = new Probe()
  const answer = probe.get(new URL(url))
  await asked.promise
  await probe[Symbol.asyncDispose]()
  await t.throwsAsync(answer, { instanceOf: NoAnswer })
})
