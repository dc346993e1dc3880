import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { request as send } from 'undici'
import type { GitLimits } from '../../../src/adapters/git/git-limits.ts'
import type { Repository } from '../../../src/adapters/git/repository.ts'
import { serve } from '../../helpers/serve.ts'
import { slowLine } from '../../helpers/slow-line.ts'
import { slowRemote } from '../../helpers/slow-remote.ts'
import { gitScene } from './set-up.ts'

/** Impatient, so that a test is short: least of all so that what trickles is noticed soon. */
const RATE = { bytesPerSecond: 1_000, graceMs: 200, windowMs: 3_000 }
const IMPATIENT: Partial<GitLimits> = { silenceMs: 20_000, rate: RATE }

async function serveRepository(t: ExecutionContext, listener: RequestListener): Promise<string> {
  return `${await serve(t, listener)}/repo.git`
}

async function isUnreachable(t: ExecutionContext, asked: Promise<unknown>, says: RegExp): Promise<void> {
  const error = await t.throwsAsync(asked)
  t.like(error, { fault: { code: 'git-unreachable' } })
  t.regex(error?.message ?? '', says)
}

function pushOf(repository: Repository, bytes: number): Promise<unknown> {
  const text = randomBytes(bytes / 2).toString('hex')
  return repository.outbox
    .prepare({
      parent: undefined,
      changes: new Map([['a', text]]),
      message: 'A',
      author: { name: 'A', email: 'a@localhost' },
      time: 1,
    })
    .then((commit) => repository.outbox.push('status', commit))
}

const TOO_SLOW = /too slow: \d+ bytes\/s over 3 s, less than 1000 bytes\/s \(--git-min-rate\)/

test('a list of refs that trickles is given up', async (t) => {
  const scene = await gitScene(t)
  const url = await serveRepository(t, async (_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
    while (!response.destroyed) {
      response.write('0')
      await sleep(10)
    }
  })
  const repository = await scene.open({ remote: { url }, limits: IMPATIENT })
  await isUnreachable(t, repository.headOf('main'), TOO_SLOW)
})

test('headers that come byte by byte are a silence', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: '1' })
  await using line = await slowLine(scene.server.url)
  line.slowDown({ bytes: 1, everyMs: 100 })
  const limits = { ...IMPATIENT, silenceMs: 1_000 }
  const repository = await scene.open({ remote: { url: line.url }, limits })
  await isUnreachable(t, repository.headOf('main'), /nothing arrived for 1 s/)
})

test('a pack that trickles is given up, and the next fetch over a better line brings the commit', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ a: randomBytes(100_000).toString('hex') })
  await using line = await slowLine(scene.server.url)
  const repository = await scene.open({ remote: { url: line.url }, limits: IMPATIENT })
  await repository.headOf('main')
  line.slowDown({ bytes: 5, everyMs: 20 })
  await isUnreachable(t, repository.fetch('main', { head }), TOO_SLOW)
  line.slowDown(undefined)
  t.is(await repository.fetch('main'), head)
})

test('a clone over a slow line that is just fast enough comes to its end', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ a: randomBytes(200_000).toString('hex') })
  await using line = await slowLine(scene.server.url)
  const repository = await scene.open({ remote: { url: line.url }, limits: IMPATIENT })
  await repository.headOf('main')
  line.slowDown({ bytes: 1_000, everyMs: 20 })
  const start = performance.now()
  t.is(await repository.fetch('main', { head }), head)
  t.true(performance.now() - start > RATE.graceMs + RATE.windowMs)
})

/** A server before the real one that has words put into the answer to a fetch, before the pack. */
async function wordy(t: ExecutionContext, server: string, say: (response: ServerResponse) => Promise<void>) {
  return serveRepository(t, async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
    const method = request.method === 'POST' ? 'POST' : 'GET'
    const url = server + (request.url ?? '').replace('/repo.git', '')
    const answer = await send(url, { method, headers, body: body.length > 0 ? body : null })
    const bytes = Buffer.from(await answer.body.arrayBuffer())
    response.writeHead(answer.statusCode, { 'content-type': String(answer.headers['content-type']) })
    const at = method === 'POST' ? bytes.indexOf('0008NAK\n') + 8 : 0
    response.write(bytes.subarray(0, at))
    if (at > 0) await say(response)
    response.end(bytes.subarray(at))
  })
}

test('a server that says for long how far it is before it sends a pack is waited for', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ a: '1' })
  const url = await wordy(t, scene.server.url, async (response) => {
    for (let times = 0; times < 50; times += 1) {
      response.write(times % 2 === 0 ? '000e\x02Counting\n' : '0005\x01')
      await sleep(100)
    }
  })
  const repository = await scene.open({ remote: { url }, limits: IMPATIENT })
  t.is(await repository.fetch('main'), head)
})

test('a server that says how far it is without end is given up when the time is over', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: '1' })
  const url = await wordy(t, scene.server.url, async (response) => {
    while (!response.destroyed) {
      response.write('000e\x02Counting\n')
      await sleep(5)
    }
  })
  const repository = await scene.open({ remote: { url }, limits: { ...IMPATIENT, exchangeMs: 2_000 } })
  await isUnreachable(t, repository.fetch('main'), /not finished within 2 s \(--git-timeout\)/)
})

test('an endless answer in chunks of a byte each ends when the time is over', async (t) => {
  const scene = await gitScene(t)
  const url = await serveRepository(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' })
    const more = () => {
      if (response.destroyed) return
      for (let times = 0; times < 1_000; times += 1) response.write('0')
      setImmediate(more)
    }
    more()
  })
  const limits = { ...IMPATIENT, listMs: 1_500, rate: { ...RATE, bytesPerSecond: 10 } }
  const repository = await scene.open({ remote: { url }, limits })
  await isUnreachable(t, repository.headOf('main'), /not finished within 1\.5 s/)
})

test('an answer that says it is compressed and trickles is given up', async (t) => {
  const scene = await gitScene(t)
  const url = await serveRepository(t, async (_, response) => {
    const type = 'application/x-git-upload-pack-advertisement'
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' })
    while (!response.destroyed) {
      response.write(Buffer.from([0x1f]))
      await sleep(10)
    }
  })
  const repository = await scene.open({ remote: { url }, limits: IMPATIENT })
  await isUnreachable(t, repository.headOf('main'), TOO_SLOW)
})

test('a TLS handshake that gets no answer is given up', async (t) => {
  const scene = await gitScene(t)
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => void sockets.add(socket.on('error', () => {}))).listen(
    0,
    '127.0.0.1',
  )
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/repo.git`
  const repository = await scene.open({ remote: { url }, limits: { silenceMs: 500 } })
  await isUnreachable(t, repository.headOf('main'), /timeout/i)
})

test('a push that is read slowly is given up, and done again over a better line', async (t) => {
  const scene = await gitScene(t)
  await using line = await slowLine(scene.server.url)
  const repository = await scene.open({ remote: { url: line.url }, limits: IMPATIENT })
  await repository.headOf('main')
  line.slowUp({ bytes: 5, everyMs: 20 })
  await isUnreachable(t, pushOf(repository, 40 << 20), TOO_SLOW)
  line.slowUp(undefined)
  t.is(await pushOf(repository, 1_000), 'pushed')
})

test('the answer to a push has a time of its own', async (t) => {
  const scene = await gitScene(t)
  await scene.server.setHook('pre-receive', '#!/bin/sh\nwhile sleep 0.2; do echo still at it; done\n')
  const repository = await scene.open({ limits: { ...IMPATIENT, answerMs: 2_000 } })
  await isUnreachable(t, pushOf(repository, 100), /not finished within \d/)
})

test('a push waits for nothing that is read', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ a: '1' })
  await using remote = await slowRemote(scene.server)
  const repository = await scene.open({ remote: { url: remote.url } })
  await repository.headOf('main')
  const fetch = remote.hold('fetch')
  const fetched = repository.fetch('main', { head })
  await fetch.answered
  const lists = Array.from({ length: 3 }, () => remote.hold('advertise'))
  const listed = Array.from({ length: 6 }, () => repository.headOf('main'))
  await Promise.all(lists.map(({ answered }) => answered))
  t.is(await pushOf(repository, 100), 'pushed')
  for (const { release } of [fetch, ...lists]) release()
  t.deepEqual(new Set(await Promise.all([fetched, ...listed])), new Set([head]))
})

test('an earlier commit is not waited for behind a fetch that hangs', async (t) => {
  const scene = await gitScene(t)
  const earlier = await scene.push({ a: '1' })
  const head = await scene.push({ a: '2' })
  await using remote = await slowRemote(scene.server)
  const repository = await scene.open({ remote: { url: remote.url } })
  const fetch = remote.hold('fetch')
  const fetched = repository.fetch('main')
  await fetch.answered
  const asked = repository.fetchCommit(earlier, { branch: 'main', turnWithinMs: 100 })
  await isUnreachable(t, asked, /another fetch has been running for more than 0\.1 s/)
  fetch.release()
  t.is(await fetched, head)
  t.is(await repository.fetchCommit(earlier, { branch: 'main', turnWithinMs: 60_000 }), earlier)
})

test('words before a pack that come byte by byte are a silence', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: '1' })
  const url = await wordy(t, scene.server.url, async (response) => {
    for (const byte of Buffer.from(`0fff\x02${'Counting '.repeat(100)}`)) {
      if (response.destroyed) return
      response.write(Buffer.from([byte]))
      await sleep(50)
    }
  })
  // A machine that is busy may take seconds for the list of refs, and for the head of the answer.
  const repository = await scene.open({ remote: { url }, limits: { ...IMPATIENT, silenceMs: 8_000 } })
  await isUnreachable(t, repository.fetch('main'), /no more than \d+ bytes arrived for 8 s/)
})
