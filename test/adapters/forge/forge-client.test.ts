import test, { type ExecutionContext } from 'ava'
import { ForgeClient } from '../../../src/adapters/forge/forge-client.ts'
import type { ForgeLimits } from '../../../src/adapters/forge/forge-limits.ts'
import { trustOf } from '../../../src/support/exchange/trust.ts'
import { selfSigned } from '../../helpers/certificate.ts'
import { serve } from '../../helpers/serve.ts'
import { tlsFront } from '../../helpers/tls-front.ts'
import { faultIn } from './fault-in.ts'
import { type Reply, recordingServer } from './recording-server.ts'
import { temporaryFile } from './temporary-file.ts'

const SOON = { 'retry-after': '1' }
const TOO_MANY: Reply = { status: 429, headers: SOON, body: { message: 'Too Many Requests' } }

async function scene(t: ExecutionContext, limits: Partial<ForgeLimits> = {}) {
  const server = await recordingServer(t, '', () => ({ body: { answer: 'done' } }))
  const client = new ForgeClient({ limits: { pauseMs: 1, ...limits } })
  t.teardown(() => client[Symbol.asyncDispose]())
  const get = (signal?: AbortSignal) => client.send({ method: 'GET', url: `${server.url}/x`, signal })
  const post = (signal?: AbortSignal) =>
    client.send({ method: 'POST', url: `${server.url}/x`, body: '{}', signal })
  return { server, client, get, post }
}

test('a request that is refused for its rate is sent again when its time has come', async (t) => {
  const { server, get, post } = await scene(t)
  for (const send of [get, post]) {
    server.instead.push(TOO_MANY)
    const start = performance.now()
    t.is((await send()).status, 200)
    t.true(performance.now() - start >= 1_000)
  }
  t.is(server.received.length, 4)
})

test('while the forge accepts nothing, no other request is sent', async (t) => {
  const { server, get, post } = await scene(t)
  // The last that the forge accepts in a second: a refusal would be known only some time after it is sent.
  const date = new Date(1_000_000).toUTCString()
  server.instead.push({ headers: { date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1000' } })
  await get()
  const start = performance.now()
  const waits = [get, post].map((send) => send().then(() => performance.now() - start))
  for (const waited of await Promise.all(waits)) t.true(waited >= 900, `${waited} ms`)
})

test('requests that wait for their turn wait on when the forge accepts nothing any more', async (t) => {
  const { server, get, post } = await scene(t)
  server.instead.push(TOO_MANY, TOO_MANY, TOO_MANY, TOO_MANY)
  const start = performance.now()
  const all = [get, get, get, get, get, post].map((send) => send())
  await Promise.race(all)
  t.true(performance.now() - start >= 900)
  await Promise.all(all)
  t.is(server.received.length, 4 + all.length)
})

test('a wait beyond the bound is a fault with its time, and takes no request', async (t) => {
  const { server, get, post } = await scene(t, { longestWaitMs: 5_000 })
  server.instead.push({
    status: 403,
    headers: { 'retry-after': '1800' },
    body: { message: 'secondary rate limit' },
  })
  const { code, message } = await faultIn(get())
  t.is(code, 'forge-limited')
  const [until = ''] = /(?<=none before ).*$/.exec(message) ?? []
  t.true(Math.abs(Date.parse(until) - Date.now() - 1_800_000) < 10_000, message)
  t.is((await faultIn(post())).code, 'forge-limited')
  t.is(server.received.length, 1)
})

test('a forge that refuses again and again is not asked for ever', async (t) => {
  const { server, get } = await scene(t)
  const never = { ...TOO_MANY, headers: { 'retry-after': '0' } }
  server.instead.push(never, never, never, never)
  t.is((await faultIn(get())).code, 'forge-limited')
  t.is(server.received.length, 3)
})

test('a wait ends when the signal is aborted', async (t) => {
  const { server, get } = await scene(t)
  server.instead.push({ ...TOO_MANY, headers: { 'retry-after': '60' } })
  const aborting = new AbortController()
  const waiting = get(aborting.signal)
  while (server.received.length === 0) await new Promise(setImmediate)
  const reason = new Error('enough')
  aborting.abort(reason)
  await t.throwsAsync(waiting, { is: reason })
})

test('a wait ends when the connection is closed', async (t) => {
  const { server, client, get } = await scene(t)
  server.instead.push({ ...TOO_MANY, headers: { 'retry-after': '60' } })
  const waiting = faultIn(get())
  while (server.received.length === 0) await new Promise(setImmediate)
  await client[Symbol.asyncDispose]()
  t.is((await waiting).code, 'forge-unreachable')
})

test('writes beyond what a minute allows wait, and what reads does not', async (t) => {
  const { get, post } = await scene(t, { longestWaitMs: 0 })
  for (let at = 0; at < 80; at += 1) await post()
  t.is((await faultIn(post())).code, 'forge-limited')
  t.is((await get()).status, 200)
})

test('an answer that has not changed costs its headers alone', async (t) => {
  const { server, get } = await scene(t)
  server.instead.push({ headers: { etag: '"1"' }, body: { answer: 'kept' } })
  server.instead.push({ status: 304, headers: { etag: '"1"' } })
  t.is((await get()).text, '{"answer":"kept"}')
  const again = await get()
  t.deepEqual([again.status, again.text], [200, '{"answer":"kept"}'])
  t.is(server.received[1]?.headers['if-none-match'], '"1"')
})

test('a redirect within the forge is followed, one to another server never', async (t) => {
  const { server, get, post } = await scene(t)
  const stranger = await recordingServer(t, '', () => ({ body: {} }))
  server.instead.push({ status: 301, headers: { location: '/moved' } })
  t.is((await get()).status, 200)
  t.is(server.received[1]?.path, '/moved')
  for (const send of [get, post]) {
    server.instead.push({ status: 307, headers: { location: `${stranger.url}/x` } })
    t.is((await faultIn(send())).code, 'forge-rejected')
  }
  t.is(stranger.received.length, 0)
})

test('redirects without an end are given up', async (t) => {
  const { server, get } = await scene(t)
  const again = { status: 302, headers: { location: '/x' } }
  server.instead.push(...Array.from({ length: 20 }, () => again))
  t.is((await faultIn(get())).code, 'forge-rejected')
  t.true(server.received.length < 6)
})

test('an authority of one’s own is trusted where it is named, and only then', async (t) => {
  const { server } = await scene(t)
  const own = selfSigned('forge')
  const url = `https://127.0.0.1:${await tlsFront(t, own, Number(new URL(server.url).port))}/x`
  await using wary = new ForgeClient({ limits: { tries: 1 } })
  const refused = await faultIn(wary.send({ method: 'GET', url }))
  t.is(refused.code, 'forge-unreachable')
  t.regex(refused.message, /no trusted authority has signed the certificate/)
  await using trusting = new ForgeClient({ trust: trustOf(await temporaryFile(t, own.certificate)) })
  t.is((await trusting.send({ method: 'GET', url })).status, 200)
})

test('a server that says nothing is given up in time', async (t) => {
  const url = await serve(t, () => {})
  await using client = new ForgeClient({ limits: { silenceMs: 100, tries: 1 } })
  const { code, message } = await faultIn(client.send({ method: 'GET', url }))
  t.is(code, 'forge-unreachable')
  t.regex(message, /timeout: nothing arrived/)
})
