import type { RequestListener } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { request as send } from 'undici'
import { writeStatusBranch } from '../../../src/stages/report/status-branch.ts'
import { serve } from '../../helpers/serve.ts'
import { slowRemote } from '../../helpers/slow-remote.ts'
import { until } from '../../helpers/until.ts'
import { codeOf, gitScene } from './set-up.ts'

const ADVERTISEMENT = { 'content-type': 'application/x-git-upload-pack-advertisement' }

interface Misbehaviour {
  readonly what: string
  readonly answer: RequestListener
  readonly code: string
  readonly says: RegExp
}

const MISBEHAVIOURS: readonly Misbehaviour[] = [
  {
    what: 'does not answer',
    answer: () => {},
    code: 'git-unreachable',
    says: /timeout/i,
  },
  {
    what: 'stops in the middle of an answer',
    answer: (_, response) => {
      response.writeHead(200, ADVERTISEMENT)
      response.write('001e# service=git-upload-pack\n')
    },
    code: 'git-unreachable',
    says: /timeout/i,
  },
  {
    what: 'drops the connection',
    answer: (request) => request.socket.destroy(),
    code: 'git-unreachable',
    says: /127\.0\.0\.1/,
  },
  {
    what: 'answers with half a line',
    answer: (_, response) => response.writeHead(200, ADVERTISEMENT).end('001e# service=git-upl'),
    code: 'git-unreachable',
    says: /is truncated/,
  },
  {
    what: 'answers with garbage',
    answer: (_, response) => response.writeHead(200, ADVERTISEMENT).end('zzzz garbage'),
    code: 'git-unreachable',
    says: /is truncated/,
  },
  {
    what: 'answers with well-framed nonsense',
    answer: (_, response) =>
      response.writeHead(200, ADVERTISEMENT).end('000dnonsense\n0000'.replace('000d', '000d')),
    code: 'git-unreachable',
    says: /service=git-upload-pack/,
  },
  {
    what: 'answers with a web page',
    answer: (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>'),
    code: 'git-unreachable',
    says: /does not speak Git/,
  },
  {
    what: 'is not found',
    answer: (_, response) => response.writeHead(404).end(),
    code: 'git-unreachable',
    says: /404/,
  },
  {
    what: 'fails',
    answer: (_, response) => response.writeHead(503).end('down for maintenance'),
    code: 'git-unreachable',
    says: /503.*down for maintenance/,
  },
  {
    what: 'forbids',
    answer: (_, response) => response.writeHead(403).end(),
    code: 'git-unauthorized',
    says: /403/,
  },
  {
    what: 'says an error in Git’s own way',
    answer: (_, response) =>
      response.writeHead(200, ADVERTISEMENT).end('0017ERR access denied\n\n0000'.replace('0017', '0017')),
    code: 'git-unreachable',
    says: /access denied/,
  },
  {
    what: 'redirects in circles',
    answer: (request, response) => response.writeHead(302, { location: request.url }).end(),
    code: 'git-unreachable',
    says: /redirects/,
  },
  {
    what: 'redirects to a file',
    answer: (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    code: 'git-unreachable',
    says: /redirected/,
  },
]

for (const { what, answer, code, says } of MISBEHAVIOURS) {
  test(`a remote that ${what} is ${code}`, async (t) => {
    const scene = await gitScene(t)
    const url = `${await serve(t, answer)}/repo.git`
    const repository = await scene.open({ remote: { url }, limits: { silenceMs: 500 } })
    for (const action of [() => repository.headOf('main'), () => repository.fetch('main')]) {
      const error = await t.throwsAsync(action)
      t.like(error, { fault: { code } })
      t.regex(error?.message ?? '', says)
    }
  })
}

test('a remote that is silent is told of while it is waited for, with what was asked of it', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: '1' })
  await using remote = await slowRemote(scene.server)
  const told: (readonly [request: string, silentMs: number])[] = []
  const onSilence = (request: string, silentMs: number) => told.push([request, silentMs])
  const repository = await scene.open({
    remote: { url: remote.url },
    limits: { silenceMs: 10_000 },
    onSilence,
  })
  const held = remote.hold('fetch')
  const fetched = repository.fetch('main')
  await until('a word', () => told.length > 0)
  held.release()
  await fetched
  t.deepEqual(
    told.map(([request]) => request),
    [`POST ${remote.url}/git-upload-pack`],
  )
  t.true((told[0]?.[1] ?? 0) >= 5_000)
})

test('a remote that takes longer than the timeout, but says something now and then, is waited for', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ a: '1' })
  const line = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text
  const parts = [
    line('# service=git-upload-pack\n'),
    '0000',
    line(`${head} refs/heads/main\0 agent=x\n`),
    '0000',
  ]
  const url = `${await serve(t, async (_, response) => {
    response.writeHead(200, ADVERTISEMENT)
    for (const part of parts) {
      response.write(part)
      await sleep(1_500)
    }
    response.end()
  })}/repo.git`
  const repository = await scene.open({ remote: { url }, limits: { silenceMs: 5_000 } })
  t.is(await repository.headOf('main'), head)
})

test('a remote that is down and comes back is met again', async (t) => {
  const scene = await gitScene(t)
  const repository = await scene.open()
  await scene.push({ a: '1' })
  await repository.fetch('main')
  await scene.server.stop()
  t.is(await codeOf(repository.headOf('main')), 'git-unreachable')
  t.is(await codeOf(repository.fetch('main')), 'git-unreachable')
  const head = await scene.push({ a: '2' })
  await scene.server.start()
  t.is(await repository.headOf('main'), head)
  t.is(await repository.fetch('main'), head)
})

test('a redirect is followed, for what comes after it too, without the credentials', async (t) => {
  const scene = await gitScene(t)
  const head = await scene.push({ a: '1' })
  const seen: (string | undefined)[] = []
  const url = await serve(t, (request, response) => {
    seen.push(request.headers.authorization)
    response
      .writeHead(301, { location: scene.server.url + (request.url ?? '').replace('/old.git', '') })
      .end()
  })
  const credentials = async () => ({ username: 'me', password: 'secret' })
  const repository = await scene.open({ remote: { url: `${url}/old.git`, credentials } })
  t.is(await repository.fetch('main'), head)
  t.is(seen.length, 1)
  t.truthy(seen[0])
})

test('the caller’s signal ends an operation with its own reason', async (t) => {
  const scene = await gitScene(t)
  const url = `${await serve(t, () => {})}/repo.git`
  const repository = await scene.open({ remote: { url } })
  const reason = new Error('enough')
  const asked = repository.fetch('main', { signal: AbortSignal.any([abortSoon(reason)]) })
  t.is(await t.throwsAsync(asked), reason)
})

test('closing ends what is under way', async (t) => {
  const scene = await gitScene(t)
  const url = `${await serve(t, () => {})}/repo.git`
  const repository = await scene.open({ remote: { url } })
  const asked = t.throwsAsync(repository.fetch('main'))
  await repository[Symbol.asyncDispose]()
  await asked
  t.pass()
})

function abortSoon(reason: Error): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(reason), 50)
  return controller.signal
}

test('a connection that the server closed meanwhile is no trouble, also at a push', async (t) => {
  const scene = await gitScene(t)
  const commit = await scene.push({ 'main.yaml': 'x' })
  const { origin, pathname } = new URL(scene.server.url)
  const used = new WeakSet<Socket>()
  let closed = 0
  const url = await serve(t, async (request, response) => {
    if (used.has(request.socket)) {
      closed += 1
      request.socket.resetAndDestroy()
      return
    }
    used.add(request.socket)
    const { connection, host, 'transfer-encoding': _, ...headers } = request.headers
    const body = request.method === 'POST' ? Buffer.concat(await request.toArray()) : null
    const answer = await send(origin + request.url, {
      method: request.method === 'POST' ? 'POST' : 'GET',
      headers,
      body,
    })
    response.writeHead(answer.statusCode, { 'content-type': `${answer.headers['content-type']}` })
    response.end(Buffer.from(await answer.body.arrayBuffer()))
  })
  const remote = { url: url + pathname, credentials: async () => undefined }
  const repository = await scene.open({ remote })
  t.is(await repository.fetch('main'), commit)
  const write = { branch: 'status', files: new Map([['README.md', 'x']]), message: 'healthy' }
  t.like(await writeStatusBranch(repository, write), { pushed: true })
  t.true(closed > 1, `${closed}`)
})
