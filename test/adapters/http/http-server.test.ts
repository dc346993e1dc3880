import { once } from 'node:events'
import test, { type ExecutionContext } from 'ava'
import { type HttpServer, type ServerLimits, serveHttp } from '../../../src/adapters/http/http-server.ts'
import type { Route } from '../../../src/adapters/http/route.ts'
import { open, statusLineOf, textOf } from './raw-request.ts'

const hello: Route = { method: 'GET', path: '/hello', handle: () => ({ status: 200, text: 'hello\n' }) }

const echo: Route = {
  method: 'POST',
  path: '/echo',
  body: { maxBytes: 1_000, withinMs: 60_000 },
  handle: async ({ readBody }) => {
    const body = await readBody()
    return 'refused' in body
      ? { status: body.refused, text: 'refused\n' }
      : { status: 200, text: `${body.bytes.length}\n` }
  },
}

interface Served {
  readonly url: string
  readonly errors: readonly unknown[]
}

async function serve(
  t: ExecutionContext,
  routes: readonly Route[],
  limits: Partial<ServerLimits> = {},
): Promise<Served> {
  const errors: unknown[] = []
  const server: HttpServer = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    routes,
    onError: (error) => void errors.push(error),
    limits,
  })
  t.teardown(() => server[Symbol.asyncDispose]())
  return { url: server.url, errors }
}

const answered = async (response: Response) => ({ status: response.status, text: await response.text() })

test('a route answers its method and path, a GET also HEAD; all else is 404 or 405', async (t) => {
  const { url } = await serve(t, [hello, echo])
  t.deepEqual(await answered(await fetch(`${url}/hello?a=b`)), { status: 200, text: 'hello\n' })
  t.deepEqual(await answered(await fetch(`${url}/hello`, { method: 'HEAD' })), { status: 200, text: '' })
  t.is((await fetch(`${url}/hello/`)).status, 404)
  t.is((await fetch(`${url}/Hello`)).status, 404)
  const post = await fetch(`${url}/hello`, { method: 'POST', body: 'a' })
  t.is(post.status, 405)
  t.is(post.headers.get('allow'), 'GET, HEAD')
  const get = await fetch(`${url}/echo`)
  t.is(get.status, 405)
  t.is(get.headers.get('allow'), 'POST')
})

for (const [about, target] of [
  ['nothing but slashes', '//'],
  ['a port that is none', 'http://host:port/'],
  ['an address that is none', '//[::'],
  ['a percent sign alone', '/%'],
  ['a star', '*'],
]) {
  test(`a target of ${about} is answered, and others are after it`, async (t) => {
    const { url, errors } = await serve(t, [hello])
    const socket = await open(url)
    socket.write(`GET ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`)
    t.regex(await textOf(socket), /^HTTP\/1\.1 40[04] /)
    t.is((await fetch(`${url}/hello`)).status, 200)
    t.deepEqual(errors, [])
  })
}

test('a request that is not HTTP, or has too many headers, is refused', async (t) => {
  const { url } = await serve(t, [hello])
  for (const [text, status] of [
    ['hello?\r\n\r\n', '400'],
    ['GET /hello HTTP/1.1\r\n\r\n', '400'],
    [`GET /hello HTTP/1.1\r\nhost: a\r\n${'a: b\r\n'.repeat(5_000)}\r\n`, '431'],
    ['POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n', '400'],
  ] as const) {
    const socket = await open(url)
    socket.write(text)
    t.is((await textOf(socket)).slice(9, 12), status)
  }
  t.is((await fetch(`${url}/hello`)).status, 200)
})

test('a handler that fails is told of, and its request is answered by 500', async (t) => {
  const failing: Route = {
    method: 'GET',
    path: '/fail',
    handle: () => {
      throw new Error('secret words')
    },
  }
  const { url, errors } = await serve(t, [failing])
  t.deepEqual(await answered(await fetch(`${url}/fail`)), { status: 500, text: 'internal error\n' })
  t.is(errors.length, 1)
})

test('work begins once the answer is sent, and its failure is told', async (t) => {
  const { promise: done, resolve } = Promise.withResolvers<void>()
  const after = () => {
    resolve()
    throw new Error('in vain')
  }
  const later: Route = { method: 'GET', path: '/', handle: () => ({ status: 202, text: 'soon\n', after }) }
  const { url, errors } = await serve(t, [later])
  t.is((await fetch(url)).status, 202)
  await done
  t.regex(String(errors[0]), /in vain/)
})

test('a body within its limit is read, also in chunks', async (t) => {
  const { url } = await serve(t, [echo])
  const post = (body: string | ReadableStream) =>
    fetch(`${url}/echo`, { method: 'POST', body, duplex: 'half' } as RequestInit)
  t.is(await (await post('a'.repeat(1_000))).text(), '1000\n')
  t.is(await (await post(new Blob(['a'.repeat(600), 'b'.repeat(400)]).stream())).text(), '1000\n')
  t.is(await (await post('')).text(), '0\n')
})

test('a body beyond its limit is refused: by its length, and in chunks as soon as it exceeds it', async (t) => {
  const { url } = await serve(t, [echo])
  t.is((await fetch(`${url}/echo`, { method: 'POST', body: 'a'.repeat(1_001) })).status, 413)
  const declared = await open(url)
  declared.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 99999999\r\n\r\n')
  t.is(await statusLineOf(declared), 'HTTP/1.1 413 Payload Too Large')
  const chunked = await open(url)
  chunked.write('POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n')
  chunked.write(`5dc\r\n${'a'.repeat(1_500)}\r\n`)
  t.is(await statusLineOf(chunked), 'HTTP/1.1 413 Payload Too Large')
  await Promise.all([declared, chunked].map(textOf))
})

test('who asks whether to send a body is told to, or gets the refusal instead', async (t) => {
  const { url } = await serve(t, [echo])
  const ask = async (length: number) => {
    const socket = await open(url)
    socket.write(
      `POST /echo HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`,
    )
    const line = await statusLineOf(socket)
    socket.destroy()
    return line
  }
  t.is(await ask(10), 'HTTP/1.1 100 Continue')
  t.is(await ask(1_001), 'HTTP/1.1 413 Payload Too Large')
})

test('a body that does not arrive in time is answered by 408, and the connection closed', async (t) => {
  const { url } = await serve(t, [{ ...echo, body: { maxBytes: 1_000, withinMs: 300 } }])
  const socket = await open(url)
  socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\na')
  t.regex(await textOf(socket), /^HTTP\/1\.1 408 /)
})

test('a client that goes away in the middle of its body does no harm', async (t) => {
  const { url, errors } = await serve(t, [echo, hello])
  for (let times = 0; times < 20; times += 1) {
    const socket = await open(url)
    socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\na', () =>
      socket.resetAndDestroy(),
    )
    await once(socket, 'close')
  }
  t.is((await fetch(`${url}/hello`)).status, 200)
  t.deepEqual(errors, [])
})

test('with more bodies at once than there are places the first of them gives way', async (t) => {
  const { url } = await serve(t, [echo], { bodies: 3 })
  const sockets = await Promise.all(Array.from({ length: 4 }, () => open(url)))
  const lines = sockets.map(statusLineOf)
  for (const socket of sockets) socket.write('POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\na')
  t.is(await Promise.race(lines), 'HTTP/1.1 408 Request Timeout')
  for (const socket of sockets) socket.write('b')
  const all = (await Promise.all(lines)).map((line) => line.slice(9, 12))
  t.deepEqual(all.sort(), ['200', '200', '200', '408'])
  for (const socket of sockets) socket.destroy()
})

test('headers that do not arrive in time are answered by 408, however they trickle', async (t) => {
  const { url } = await serve(t, [hello], { headersWithinMs: 200, lookEveryMs: 50 })
  const socket = await open(url)
  socket.write('GET /hello HTTP/1.1\r\n')
  const trickle = setInterval(() => socket.write('a: b\r\n'), 20)
  t.teardown(() => clearInterval(trickle))
  t.regex(await textOf(socket), /^HTTP\/1\.1 408 /)
})

test('connections beyond the limit take the place of those that are silent for longest', async (t) => {
  const { url } = await serve(t, [hello], { connections: 20 })
  const silent = []
  for (let times = 0; times < 20; times += 1) silent.push(await open(url))
  const [first, second] = silent
  if (first === undefined || second === undefined) return t.fail()
  first.write('GET /hello HTTP/1.1\r\nhost: a\r\n\r\n')
  t.is(await statusLineOf(first), 'HTTP/1.1 200 OK')
  const closed = once(second, 'close')
  t.is((await fetch(`${url}/hello`)).status, 200)
  await closed
  t.false(first.closed)
  for (const socket of silent) socket.destroy()
})
