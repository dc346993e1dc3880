import { writeFile } from 'node:fs/promises'
import test, { type ExecutionContext } from 'ava'
import { fieldAt } from '../../src/adapters/forge/answer-fields.ts'
import type { Forge } from '../../src/adapters/forge/forge.ts'
import { type ForgeOptions, openForge } from '../../src/adapters/forge/open-forge.ts'
import { Secret } from '../../src/model/secret.ts'
import { faultIn } from '../adapters/forge/fault-in.ts'
import { githubServer, HEAD } from '../adapters/forge/github-server.ts'
import { gitlabServer, PROJECT } from '../adapters/forge/gitlab-server.ts'
import { type RecordingServer, type Reply, recordingServer } from '../adapters/forge/recording-server.ts'
import { temporaryFile } from '../adapters/forge/temporary-file.ts'
import { serve } from '../helpers/serve.ts'

const TOKEN = 'b64c0ffee0ddba11b64c0ffee0ddba11b64c0ffe'
const MARKER = '<!-- reeve -->'

async function open(t: ExecutionContext, url: string, options: Partial<ForgeOptions> = {}): Promise<Forge> {
  const forge = await openForge({
    kind: 'gitea',
    repository: `${url}/acme/fleet.git`,
    credentials: { token: new Secret(TOKEN) },
    ...options,
    limits: { tries: 1, ...options.limits },
  })
  t.teardown(() => forge[Symbol.asyncDispose]())
  return forge
}

/** A Gitea that replies this to everything. */
async function replying(t: ExecutionContext, reply: Reply): Promise<readonly [Forge, RecordingServer]> {
  const server = await recordingServer(t, '/api/v1', ({ path }) =>
    path === '/settings/api' && (reply.status ?? 200) < 300 ? { body: { max_response_items: 50 } } : reply,
  )
  return [await open(t, server.url), server]
}

const PULL = {
  number: 1,
  title: 'Change',
  state: 'open',
  html_url: 'https://git.example/acme/fleet/pulls/1',
  user: { login: 'ann' },
  base: { ref: 'main', repo_id: 1 },
  head: { ref: 'change', sha: HEAD, repo_id: 1 },
}

test('a forge that quotes the token gets it into no message', async (t) => {
  for (const status of [401, 403, 404, 422, 500]) {
    const said = { message: `token ${TOKEN} is bad`, errors: [{ token: TOKEN }] }
    const [forge] = await replying(t, { status, body: said })
    for (const task of [
      forge.openPullRequests('main'),
      forge.putComment(1, { marker: MARKER, body: MARKER }),
      forge.putStatus(HEAD, { context: 'reeve', state: 'success', description: '' }),
    ]) {
      const fault = await faultIn(task)
      t.false(JSON.stringify(fault).includes(TOKEN), fault.message)
      t.regex(fault.message, /is bad/)
    }
  }
})

test('GitHub and GitLab quoting the token get it into no message either', async (t) => {
  for (const [kind, api] of [
    ['github', '/api/v3'],
    ['gitlab', '/api/v4'],
  ] as const) {
    const server = await recordingServer(t, api, () => ({ status: 422, body: { message: `bad ${TOKEN}` } }))
    const forge = await open(t, server.url, { kind })
    const fault = await faultIn(forge.openPullRequests('main'))
    t.false(JSON.stringify(fault).includes(TOKEN), fault.message)
    t.is(fault.code, 'forge-rejected')
  }
})

test('a head that is no full id of a commit is refused', async (t) => {
  for (const sha of [
    'main',
    '--upload-pack=touch /tmp/x',
    HEAD.slice(1),
    `${HEAD}\n`,
    HEAD.toUpperCase(),
    7,
    null,
  ]) {
    const [forge] = await replying(t, { body: { ...PULL, head: { ...PULL.head, sha } } })
    const { code, message } = await faultIn(forge.pullRequest(1))
    t.is(code, 'forge-unreachable')
    t.regex(message, /no valid head\.sha/)
  }
})

test('the ref of a pull request is made of its number, which has to be one', async (t) => {
  const [forge] = await replying(t, {
    body: { ...PULL, ref: 'refs/heads/main', head: { ...PULL.head, label: 'x' } },
  })
  t.is((await forge.pullRequest(1))?.ref, 'refs/pull/1/head')
  for (const number of ['1/../../heads/main', -1, 1.5, 2 ** 60, null]) {
    const [other] = await replying(t, { body: { ...PULL, number } })
    t.is((await faultIn(other.pullRequest(1))).code, 'forge-unreachable')
  }
})

test('fields of the prototype are none of an answer', async (t) => {
  const text = JSON.stringify(PULL).replace('{', '{"__proto__":{"merged":true,"polluted":true},')
  const [forge] = await replying(t, { body: text })
  t.is((await forge.pullRequest(1))?.state, 'open')
  t.false('polluted' in {})
  const [none] = await replying(t, { body: { ...PULL, user: 'constructor' } })
  t.is((await none.pullRequest(1))?.author, 'ghost')
  t.is(fieldAt({}, ['toString']), undefined)
})

test('a page that is no web page, or has credentials, is not linked', async (t) => {
  for (const html_url of ['javascript:alert(1)', 'file:///etc/passwd', 'https://u:p@git.example/', 'x']) {
    const [forge, { url }] = await replying(t, { body: { ...PULL, html_url } })
    t.is((await forge.pullRequest(1))?.url, `${url}/acme/fleet/pulls/1`)
  }
})

test('answers that are no JSON, another value, or a page for people are faults', async (t) => {
  for (const body of [
    '',
    '<html>sign in</html>',
    '{',
    'null',
    '"text"',
    '7',
    '{"pulls":[]}',
    '[[[[1]]]]',
    '[null]',
  ]) {
    const [forge] = await replying(t, { body })
    t.is((await faultIn(forge.openPullRequests('main'))).code, 'forge-unreachable', body)
  }
  const [deep] = await replying(t, { body: '['.repeat(200_000) + ']'.repeat(200_000) })
  t.is((await faultIn(deep.openPullRequests('main'))).code, 'forge-unreachable')
})

test('an answer without an end is given up at its bound', async (t) => {
  const url = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const write = () => {
      while (!response.destroyed && response.write(`[${' '.repeat(65_535)}`));
    }
    response.on('drain', write)
    write()
  })
  const forge = await open(t, url, { limits: { answerBytes: 4 << 20 } })
  const { code, message } = await faultIn(forge.pullRequest(1))
  t.is(code, 'forge-rejected')
  t.regex(message, /more than 4 MiB/)
})

test('a list without an end is given up', async (t) => {
  const [forge, server] = await replying(t, { headers: { link: '</x?page=9>; rel="next"' }, body: [PULL] })
  const { code, message } = await faultIn(forge.openPullRequests('main'))
  t.is(code, 'forge-rejected')
  t.regex(message, /more than 200 pages/)
  t.is(server.received.length, 201)
})

test('a link to the next page at another server is not followed', async (t) => {
  const stranger = await recordingServer(t, '', () => ({ body: [] }))
  const server = await githubServer(t)
  const forge = await open(t, server.url, { kind: 'github', credentials: { token: new Secret('ghp_reeve') } })
  const next = { link: `<${stranger.url}/x?page=2>; rel="next"` }
  server.instead.push({ headers: next, body: [] })
  t.deepEqual(await forge.openPullRequests('main'), [])
  t.is(server.received.length, 2)
  t.is(stranger.received.length, 0)
})

test('long comments of others do not hide the one of Reeve', async (t) => {
  const server = await gitlabServer(t)
  const forge = await openForge({
    kind: 'gitlab',
    repository: `${server.url}/${PROJECT}`,
    credentials: { token: new Secret('glpat-reeve') },
    limits: { answerBytes: 1 << 20 },
  })
  t.teardown(() => forge[Symbol.asyncDispose]())
  const put = (text: string) => forge.putComment(1, { marker: MARKER, body: `${MARKER}\n${text}` })
  t.is(await put('one'), 'written')
  for (let at = 0; at < 300; at += 1) server.note(1, 'mallory', 'x'.repeat(at % 100 < 10 ? 200_000 : 100))
  server.note(1, 'mallory', 'x'.repeat(2 << 20))
  server.note(1, 'reeve-bot', `${MARKER}\nof another process`)
  const before = server.received.length
  t.is(await put('two'), 'written')
  t.true(server.received.length - before < 60, String(server.received.length - before))
  t.deepEqual(
    server.notes.filter(({ username }) => username === 'reeve-bot').map(({ body }) => body),
    [`${MARKER}\ntwo`],
  )
})

test('the marker of another account makes no comment Reeve’s, whatever its name looks like', async (t) => {
  const server = await githubServer(t)
  const forge = await open(t, server.url, { kind: 'github', credentials: { token: new Secret('ghp_reeve') } })
  for (const login of ['Reeve-Bot', 'reeve-bot ', 'reeve‑bot', ''])
    server.comment(1, login, `${MARKER}\nfake`)
  t.is(await forge.comment(1, MARKER), undefined)
  t.is(await forge.putComment(1, { marker: MARKER, body: `${MARKER}\nplan` }), 'written')
  t.is(server.comments.length, 5)
  t.is(server.comments.filter(({ body }) => body.endsWith('fake')).length, 4)
})

test('a branch whose name is a query asks for no other branch', async (t) => {
  const [forge, server] = await replying(t, { body: [] })
  await forge.openPullRequests('main&state=all#x')
  const [, { query } = { query: undefined }] = server.received
  t.is(query?.get('base_branch'), 'main&state=all#x')
  t.is(query?.get('state'), 'open')
})

test('a pull request of another branch that a forge lists is left out', async (t) => {
  const other = { ...PULL, number: 2, base: { ref: 'release', repo_id: 1 } }
  const closed = { ...PULL, number: 3, state: 'closed' }
  const [forge] = await replying(t, { body: [other, PULL, PULL, closed] })
  t.deepEqual(
    (await forge.openPullRequests('main')).map(({ number }) => number),
    [1],
  )
})

test('a file of a token with a second header sends none of it', async (t) => {
  const server = await recordingServer(t, '/api/v1', () => ({ body: [] }))
  const tokenFile = await temporaryFile(t)
  await writeFile(tokenFile, `${TOKEN}\r\nx-injected: yes`)
  const forge = await open(t, server.url, { credentials: { tokenFile } })
  const { code, message } = await faultIn(forge.openPullRequests('main'))
  t.is(code, 'forge-unauthorized')
  t.false(message.includes(TOKEN))
  t.is(server.received.length, 0)
})

test('a description of control characters becomes one line of text', async (t) => {
  const server = await githubServer(t)
  const forge = await open(t, server.url, { kind: 'github', credentials: { token: new Secret('ghp_reeve') } })
  const description = 'planned\r\n\u0000\u001b[31m::set-output\u202e done'
  await forge.putStatus(HEAD, { context: 'reeve', state: 'success', description })
  t.is(server.statuses[0]?.description, 'planned \\u0000\\u001b[31m::set-output\\u202e done')
})
