import { request } from 'node:http'
import test, { type ExecutionContext } from 'ava'
import { open, statusLineOf, textOf } from '../adapters/http/raw-request.ts'
import { type ServedWebhooks, serveWebhooks } from '../adapters/http/webhooks/serve-webhooks.ts'
import { atMost } from '../helpers/at-most.ts'
import {
  fromForgejo,
  fromGitea,
  fromGithub,
  fromGitlab,
  fromGitlabSigned,
  hexHmac,
  mergeRequest,
  pullRequest,
  push,
  type SentWebhook,
  send,
} from '../helpers/webhooks.ts'

const SECRET = 'a secret that nobody guesses'
const TOKEN = 'whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q='
const NAME = 'team/fleet'
const MIB = 1 << 20

const serve = (t: ExecutionContext) => serveWebhooks(t, async () => [SECRET, TOKEN])

const github = (secret = SECRET) => fromGithub('push', push(NAME, 'main'), secret)
const gitea = (secret = SECRET) => fromGitea('push', push(NAME, 'main'), secret)
const gitlab = (secret = SECRET) => fromGitlab('Push Hook', push(NAME, 'main'), secret)
const signed = (secret = TOKEN, seconds?: number) =>
  fromGitlabSigned('Push Hook', push(NAME, 'main'), secret, seconds)

/** The same with other headers; undefined removes one. */
function withHeaders(
  { headers, body }: SentWebhook,
  changes: Record<string, string | undefined>,
): SentWebhook {
  const all = Object.entries({ ...headers, ...changes })
  return {
    body,
    headers: Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  }
}

const withBody = (
  sent: SentWebhook,
  body = sent.body.replace('refs/heads/main', 'refs/heads/evil'),
): SentWebhook => ({
  ...sent,
  body,
})

const upper = (text = '') => text.replace(/[0-9a-f]{64}/, (hex) => hex.toUpperCase())

const FORGED: readonly (readonly [attack: string, sent: () => SentWebhook])[] = [
  ['a wrong secret (GitHub)', () => github('wrong')],
  ['a wrong secret (Gitea)', () => gitea('wrong')],
  ['a wrong secret (Forgejo)', () => fromForgejo('push', push(NAME, 'main'), 'wrong')],
  ['a wrong token (GitLab)', () => gitlab('wrong')],
  ['a wrong signing token (GitLab)', () => signed(`whsec_${Buffer.from('wrong').toString('base64')}`)],
  ['an empty secret', () => github('')],
  ['a secret that is the beginning of the right one', () => gitlab(SECRET.slice(0, -1))],
  ['a token with the right one in it', () => gitlab(`${SECRET} ${SECRET}`)],
  ['all secrets as one', () => github(`${SECRET}\n${TOKEN}`)],
  ['a body changed after it was signed (GitHub)', () => withBody(github())],
  ['a body changed after it was signed (Gitea)', () => withBody(gitea())],
  ['a body changed after it was signed (GitLab)', () => withBody(signed())],
  ['a space after the signed body', () => withBody(github(), `${github().body} `)],
  ['no signature (GitHub)', () => withHeaders(github(), { 'x-hub-signature-256': undefined })],
  ['no token (GitLab)', () => withHeaders(gitlab(), { 'x-gitlab-token': undefined })],
  ['an empty signature', () => withHeaders(github(), { 'x-hub-signature-256': '' })],
  ['an empty token', () => withHeaders(gitlab(), { 'x-gitlab-token': '' })],
  ['a signature of nothing but its kind', () => withHeaders(github(), { 'x-hub-signature-256': 'sha256=' })],
  [
    'the old SHA-1 signature alone',
    () =>
      withHeaders(github(), {
        'x-hub-signature-256': undefined,
        'x-hub-signature': github().headers['x-hub-signature'],
      }),
  ],
  [
    'the SHA-1 signature in place of the other',
    () => withHeaders(github(), { 'x-hub-signature-256': github().headers['x-hub-signature'] }),
  ],
  [
    'upper case',
    () => {
      const sent = github()
      return withHeaders(sent, { 'x-hub-signature-256': upper(sent.headers['x-hub-signature-256']) })
    },
  ],
  [
    'a signature without its kind',
    () => {
      const sent = github()
      return withHeaders(sent, { 'x-hub-signature-256': hexHmac(SECRET, sent.body) })
    },
  ],
  [
    'a signature with more after it',
    () => {
      const sent = github()
      return withHeaders(sent, { 'x-hub-signature-256': `${sent.headers['x-hub-signature-256']}00` })
    },
  ],
  [
    'the rule of GitHub for what says it is of Gitea',
    () => withHeaders(gitea(), { 'x-gitea-signature': undefined }),
  ],
  [
    'a wrong signature of Gitea beside a right one of GitHub',
    () => withHeaders(gitea(), { 'x-gitea-signature': '0'.repeat(64) }),
  ],
  [
    'a signature of Gitea in the style of GitHub',
    () => {
      const sent = gitea()
      return withHeaders(sent, { 'x-gitea-signature': `sha256=${sent.headers['x-gitea-signature']}` })
    },
  ],
  [
    'the token of GitLab for what says it is of GitHub',
    () => withHeaders(github('wrong'), { 'x-gitlab-token': SECRET }),
  ],
  [
    'the right token beside a wrong signature (GitLab)',
    () => withHeaders(signed(), { 'webhook-signature': `v1,${'A'.repeat(43)}=`, 'x-gitlab-token': SECRET }),
  ],
  ['the id of a signed delivery changed', () => withHeaders(signed(), { 'webhook-id': 'another' })],
  [
    'the time of a signed delivery changed',
    () => withHeaders(signed(TOKEN, 1), { 'webhook-timestamp': '2' }),
  ],
  ['no time of a signed delivery', () => withHeaders(signed(), { 'webhook-timestamp': undefined })],
  [
    'another version of the signature',
    () => {
      const sent = signed()
      return withHeaders(sent, {
        'webhook-signature': sent.headers['webhook-signature']?.replace('v1,', 'v1a,'),
      })
    },
  ],
  [
    'the right signature after a hundred wrong ones',
    () => {
      const sent = signed()
      const wrong = `v1,${'A'.repeat(43)}= `.repeat(100)
      return withHeaders(sent, { 'webhook-signature': `${wrong}${sent.headers['webhook-signature']}` })
    },
  ],
  ['no forge', () => ({ headers: { 'content-type': 'application/json' }, body: github().body })],
]

for (const [attack, sent] of FORGED) {
  test(`forged: ${attack}`, async (t) => {
    const served = await serve(t)
    const { status } = await send(served.url, sent())
    t.is(status, attack === 'no forge' ? 400 : 401)
    t.deepEqual(served.results(), ['forged'])
    t.deepEqual(served.done, [])
  })
}

test('forged: the right signature twice, or after a wrong one, in headers of the same name', async (t) => {
  const served = await serve(t)
  const { headers, body } = github()
  const right = headers['x-hub-signature-256'] ?? ''
  for (const lines of [
    [right, right],
    [`sha256=${'0'.repeat(64)}`, right],
    [right, ''],
  ]) {
    const status = await post(served, body, [
      'content-type: application/json',
      'x-github-event: push',
      ...lines.map((line) => `x-hub-signature-256: ${line}`),
    ])
    t.regex(status, / 401 /)
  }
  t.deepEqual(served.done, [])
})

/** Posts with raw header lines; gives the status line. */
async function post(
  { url }: ServedWebhooks,
  body: string | Buffer,
  lines: readonly string[],
): Promise<string> {
  const socket = await open(url)
  const bytes = Buffer.from(body)
  const head = ['POST /webhooks HTTP/1.1', 'host: a', `content-length: ${bytes.length}`, ...lines]
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  socket.write(bytes)
  const line = await statusLineOf(socket)
  socket.destroy()
  return line
}

for (const [forge, make] of [
  ['GitHub', github],
  ['Gitea', gitea],
  ['GitLab', gitlab],
  ['GitLab, signed', signed],
] as const) {
  test(`replayed: a recorded webhook of ${forge} has no effect a second time`, async (t) => {
    const served = await serve(t)
    const sent = make()
    t.is((await send(served.url, sent)).status, 202)
    for (let times = 0; times < 3; times += 1) t.is((await send(served.url, sent)).status, 200)
    t.is(served.done.length, 1)
    t.deepEqual(served.results(), ['accepted', 'repeated', 'repeated', 'repeated'])
  })
}

for (const [forge, make, header] of [
  ['GitHub', github, 'x-github-delivery'],
  ['Gitea', gitea, 'x-gitea-delivery'],
] as const) {
  test(`replayed: a recorded webhook of ${forge} under another id, which is not signed`, async (t) => {
    const served = await serve(t)
    const sent = make()
    await send(served.url, sent)
    for (const id of ['another', undefined]) {
      const again = withHeaders(sent, { [header]: id })
      t.is((await send(served.url, again)).status, 200)
    }
    t.is(served.done.length, 1)
  })
}

test('a secret that is no ASCII counts as its UTF-8, in a token as in a signature', async (t) => {
  const secret = 'Geheimnis für ∞'
  const served = await serveWebhooks(t, async () => [secret])
  const asBytes = Buffer.from(secret).toString('latin1') // a header is sent as Latin-1
  t.is((await send(served.url, gitlab(asBytes))).status, 202)
  t.is((await send(served.url, github(secret))).status, 202)
  t.is((await send(served.url, gitlab(Buffer.from('Geheimnis für').toString('latin1')))).status, 401)
})

test('forged: a signature by the empty key that an unfinished signing token has', async (t) => {
  for (const secret of ['whsec_', 'whsec_!!!', 'whsec_…', 'whsec_YQ==']) {
    const served = await serveWebhooks(t, async () => [secret])
    t.is((await send(served.url, signed(secret))).status, 401, secret)
  }
})

test('replayed: many at the same moment lead to work once', async (t) => {
  const served = await serve(t)
  const sent = github()
  await Promise.all(Array.from({ length: 50 }, () => send(served.url, sent)))
  t.is(served.done.length, 1)
})

test('replayed: a forged one does not take the id of the one that it is ahead of', async (t) => {
  const served = await serve(t)
  const sent = github()
  await send(served.url, withBody(sent))
  t.is((await send(served.url, sent)).status, 202)
})

test('stale: an event of long ago that was never delivered', async (t) => {
  const served = await serve(t)
  const old = { full_name: NAME, pushed_at: Math.floor(Date.now() / 1_000) - 3_600 }
  t.is(
    (await send(served.url, fromGithub('push', { ...push(NAME, 'main'), repository: old }, SECRET))).status,
    400,
  )
  const pull = { number: 1, node_id: 'PR_1', updated_at: '2019-05-15T15:20:33Z', base: { ref: 'main' } }
  const more = pullRequest(NAME, 'opened', { pull_request: pull })
  t.is((await send(served.url, fromGithub('pull_request', more, SECRET))).status, 400)
  t.is((await send(served.url, signed(TOKEN, Math.floor(Date.now() / 1_000) - 3_600))).status, 400)
  t.is((await send(served.url, signed(TOKEN, Math.floor(Date.now() / 1_000) + 3_600))).status, 400)
  t.deepEqual(served.results(), ['stale', 'stale', 'stale', 'stale'])
  t.deepEqual(served.done, [])
})

test('oversized: a body beyond 1 MiB, signed or not, whether or not its length is told', async (t) => {
  const served = await serve(t)
  const large = fromGithub('push', { ...push(NAME, 'main'), padding: 'a'.repeat(MIB) }, SECRET)
  t.is((await send(served.url, large)).status, 413)
  const chunked = await open(served.url)
  chunked.write(
    'POST /webhooks HTTP/1.1\r\nhost: a\r\nx-github-event: push\r\ntransfer-encoding: chunked\r\n\r\n',
  )
  const chunk = `10000\r\n${'a'.repeat(1 << 16)}\r\n`
  const answer = statusLineOf(chunked)
  for (let sent = 0; sent <= MIB; sent += 1 << 16) chunked.write(chunk)
  t.regex(await answer, / 413 /)
  await textOf(chunked)
  t.deepEqual(served.results(), ['oversized', 'oversized'])
  const just = fromGithub('push', { ...push(NAME, 'main'), padding: 'a'.repeat(MIB - 2_000) }, SECRET)
  t.is((await send(served.url, just)).status, 202)
})

test('slow: a body that trickles is given up, and keeps nobody else', async (t) => {
  const served = await serve(t)
  const slow = await open(served.url)
  slow.write('POST /webhooks HTTP/1.1\r\nhost: a\r\nx-github-event: push\r\ncontent-length: 100000\r\n\r\n')
  const trickle = setInterval(() => slow.write('a'), 100)
  t.teardown(() => clearInterval(trickle))
  const answer = textOf(slow)
  t.is((await send(served.url, github())).status, 202)
  t.regex(await answer, /^HTTP\/1\.1 408 /)
  t.deepEqual(served.results(), ['accepted', 'late'])
})

test('slow: hundreds of open bodies do not keep a webhook or a probe from its answer', async (t) => {
  const served = await serve(t)
  const sockets = []
  for (let times = 0; times < 90; times += 1) {
    const socket = await open(served.url)
    socket.write(
      'POST /webhooks HTTP/1.1\r\nhost: a\r\nx-github-event: push\r\ncontent-length: 1000\r\n\r\na',
    )
    sockets.push(socket)
  }
  t.is((await send(served.url, github())).status, 202)
  t.is((await fetch(`${served.url}/healthz`)).status, 200)
  for (const socket of sockets) socket.destroy()
})

test('1,000 forged ones at once are refused without delay to the probes, and end before they are all verified', async (t) => {
  const served = await serve(t)
  const forged = withBody(github(), JSON.stringify({ padding: 'a'.repeat(100_000) }))
  const healthz = async () => {
    const start = performance.now()
    t.is((await fetch(`${served.url}/healthz`)).status, 200)
    return performance.now() - start
  }
  await healthz()
  const tasks = Array.from({ length: 1_000 }, () => async () => {
    const response = await send(served.url, forged)
    await response.body?.cancel()
    return response.status
  })
  const flood = atMost(200, tasks)
  const times: number[] = []
  let ended = false
  void flood.then(() => {
    ended = true
  })
  while (!ended) times.push(await healthz())
  const statuses = (await flood).map((each) => (each.status === 'fulfilled' ? each.value : 0))
  const count = (status: number) => statuses.filter((each) => each === status).length
  t.is(count(401) + count(429), 1_000)
  t.true(count(429) > 500, `${count(429)} were not verified`)
  times.sort((a, b) => a - b)
  t.log(
    `/healthz of ${times.length}: median ${times[times.length >> 1]?.toFixed(1)} ms, longest ${times.at(-1)?.toFixed(1)} ms`,
  )
  t.true(times.length > 20, 'probes are answered all the while')
  t.deepEqual(served.done, [])
})

test('a flood of forged ones of one address does not keep those of another', async (t) => {
  // No time passes: what an address gets back in a second would let the next one through on a slow machine.
  const served = await serveWebhooks(
    t,
    async () => [SECRET, TOKEN],
    () => 0,
  )
  const flood = Array.from({ length: 300 }, () => () => send(served.url, github('wrong')))
  await atMost(50, flood)
  t.is(
    (await send(served.url, github())).status,
    429,
    'those of the same address are refused for some seconds',
  )
  const { headers, body } = github()
  const { port } = new URL(served.url)
  const { promise, resolve } = Promise.withResolvers<number | undefined>()
  const options = {
    port,
    host: '127.0.0.1',
    localAddress: '127.0.0.2',
    method: 'POST',
    path: '/webhooks',
    headers,
  }
  request(options, (response) => resolve(response.resume().statusCode)).end(body)
  t.is(await promise, 202)
})

const HOSTILE: readonly (readonly [attack: string, body: string | Buffer])[] = [
  ['lists in lists', '['.repeat(MIB / 2) + ']'.repeat(MIB / 2)],
  ['lists that never end', '['.repeat(MIB)],
  ['objects in objects', '{"a":'.repeat(100_000)],
  ['objects in objects, closed', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  [
    'a deep repository',
    `{"ref":"refs/heads/main","repository":{"full_name":${'['.repeat(200_000)}${']'.repeat(200_000)}}}`,
  ],
  ['long numbers', `{"number":${'9'.repeat(500_000)},"action":"opened","repository":{"full_name":"a/b"}}`],
  [
    'a prototype',
    '{"__proto__":{"polluted":true,"repository":{"full_name":"team/fleet"},"ref":"refs/heads/main"}}',
  ],
  [
    'a constructor',
    '{"constructor":{"prototype":{"polluted":true}},"repository":{"__proto__":{"full_name":"team/fleet"}}}',
  ],
  ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['half a character', Buffer.from([0x22, 0xe2, 0x82])],
  ['nothing', ''],
  ['null', 'null'],
  ['a text', '"refs/heads/main"'],
  ['a list', '[{"ref":"refs/heads/main"}]'],
  ['wrong types', '{"ref":["refs/heads/main"],"repository":{"full_name":7},"after":{},"number":"1"}'],
  ['a NUL', '{"ref":"refs/heads/main\\u0000","repository":{"full_name":"\\u0000"}}'],
  ['half a surrogate', '{"ref":"refs/heads/\\ud800","repository":{"full_name":"\\udfff"}}'],
  [
    'a wrong number',
    '{"action":"opened","number":-1,"repository":{"full_name":"team/fleet"},"pull_request":{}}',
  ],
]

for (const [attack, body] of HOSTILE) {
  test(`a signed body that is hostile: ${attack}`, async (t) => {
    const served = await serve(t)
    for (const event of ['push', 'pull_request', 'merge_group', '__proto__', 'constructor']) {
      const status = await post(served, body, [
        'content-type: application/json',
        `x-github-event: ${event}`,
        `x-hub-signature-256: sha256=${hexHmac(SECRET, Buffer.from(body))}`,
      ])
      t.regex(status, / (?:200|202|400) /, event)
    }
    for (const event of ['Push Hook', 'Merge Request Hook'])
      t.regex(
        await post(served, body, [
          'content-type: application/json',
          `x-gitlab-event: ${event}`,
          `x-gitlab-token: ${SECRET}`,
        ]),
        / (?:200|202|400) /,
      )
    t.is((await fetch(`${served.url}/healthz`)).status, 200)
    t.false('polluted' in {})
    t.false(served.done.some((event) => 'repository' in event && event.repository === NAME))
  })
}

test('a form with no payload, with two, or that is none, has no effect', async (t) => {
  const served = await serve(t)
  const json = JSON.stringify(push(NAME, 'main'))
  for (const body of [
    '',
    'payload',
    'payload=%',
    'a=b',
    json,
    `payload=x&payload=${encodeURIComponent(json)}`,
  ]) {
    const status = await post(served, body, [
      'content-type: application/x-www-form-urlencoded',
      'x-github-event: push',
      `x-hub-signature-256: sha256=${hexHmac(SECRET, body)}`,
    ])
    t.regex(status, / 400 /, body)
  }
  t.deepEqual(served.done, [])
})

test('a body of another type, or compressed, has no effect', async (t) => {
  const served = await serve(t)
  for (const changes of [
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json-patch+json' },
    { 'content-type': '__proto__' },
    { 'content-encoding': 'gzip' },
  ])
    t.is((await send(served.url, withHeaders(github(), changes))).status, 400)
  t.is(
    (await send(served.url, withHeaders(github(), { 'content-type': 'Application/JSON; charset=utf-8' })))
      .status,
    202,
  )
})

test('a refusal tells nothing of the secret, nor what was wrong', async (t) => {
  const served = await serve(t)
  const texts = new Set<string>()
  for (const sent of [github('wrong'), gitea('wrong'), gitlab('wrong'), withBody(github())])
    texts.add(await (await send(served.url, sent)).text())
  t.deepEqual([...texts], ['no valid signature or token\n'])
})

test('a merge request of a fork whose names are those of the followed repository is that of its target', async (t) => {
  const served = await serve(t)
  const attributes = { iid: 12, action: 'open', target_branch: 'main', source: { path_with_namespace: NAME } }
  const sent = fromGitlab(
    'Merge Request Hook',
    mergeRequest('evil/fleet', 'open', { object_attributes: attributes }),
    SECRET,
  )
  t.is((await send(served.url, sent)).status, 202)
  t.like(served.done[0], { repository: 'evil/fleet' })
})
