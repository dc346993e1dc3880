import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import test, { type ExecutionContext } from 'ava'
import type { Forge } from '../../../src/adapters/forge/forge.ts'
import { type ForgeOptions, openForge } from '../../../src/adapters/forge/open-forge.ts'
import { Secret } from '../../../src/model/secret.ts'
import { faultIn } from './fault-in.ts'
import { type GithubServer, githubServer, HEAD, REPOSITORY } from './github-server.ts'
import { temporaryFile } from './temporary-file.ts'

const MARKER = '<!-- reeve -->'
const STATUS = { context: 'reeve', state: 'success', description: 'planned' } as const

async function openGithub(
  t: ExecutionContext,
  server: GithubServer,
  options: Partial<ForgeOptions> = {},
): Promise<Forge> {
  const forge = await openForge({
    kind: 'github',
    repository: `${server.url}/${REPOSITORY}.git`,
    credentials: { token: new Secret('ghp_reeve') },
    ...options,
  })
  t.teardown(() => forge[Symbol.asyncDispose]())
  return forge
}

async function scene(t: ExecutionContext, options?: Partial<ForgeOptions>) {
  const server = await githubServer(t)
  return { server, forge: await openGithub(t, server, options) }
}

test('pull requests from a branch and from a fork are found by their target, over pages', async (t) => {
  const { server, forge } = await scene(t)
  for (let number = 1; number <= 120; number += 1)
    server.pulls.push({ number, head: HEAD, branch: `b${number}`, isFork: number === 2 })
  server.pulls.push({ number: 121, head: HEAD, branch: 'x', target: 'release' })
  const found = await forge.openPullRequests('main')
  t.is(found.length, 120)
  t.deepEqual(found[1], {
    number: 2,
    title: 'Amazing new feature',
    author: 'octocat',
    url: `https://github.example/${REPOSITORY}/pull/2`,
    target: 'main',
    branch: 'b2',
    head: HEAD,
    ref: 'refs/pull/2/head',
    isFork: true,
    state: 'open',
  })
  t.is(found[0]?.isFork, false)
  t.is(server.received.length, 2)
  t.deepEqual(server.violations, [])
})

test('a list that has not changed is asked for with its ETag', async (t) => {
  const { server, forge } = await scene(t)
  server.pulls.push({ number: 1, head: HEAD, branch: 'one' })
  const first = await forge.openPullRequests('main')
  t.deepEqual(await forge.openPullRequests('main'), first)
  t.is(server.received[0]?.headers['if-none-match'], undefined)
  t.regex(server.received[1]?.headers['if-none-match'] ?? '', /^W\//)
  server.pulls.push({ number: 2, head: HEAD, branch: 'two' })
  t.is((await forge.openPullRequests('main')).length, 2)
})

test('only a merged pull request has a merge commit', async (t) => {
  const { server, forge } = await scene(t)
  server.pulls.push({ number: 1, head: HEAD, branch: 'a' })
  server.pulls.push({ number: 2, head: HEAD, branch: 'b', state: 'closed' })
  server.pulls.push({ number: 3, head: HEAD, branch: 'c', state: 'merged' })
  const states = [1, 2, 3].map(async (number) => {
    const pull = await forge.pullRequest(number)
    return [pull?.state, pull?.mergeCommit]
  })
  t.deepEqual(await Promise.all(states), [
    ['open', undefined],
    ['closed', undefined],
    ['merged', 'e'.repeat(40)],
  ])
  t.is(await forge.pullRequest(4), undefined)
  t.deepEqual(server.violations, [])
})

test('one comment is kept among hundreds, those of others are left alone', async (t) => {
  const { server, forge } = await scene(t)
  for (let at = 0; at < 150; at += 1) server.comment(7, 'octocat', `remark ${at}`)
  server.comment(7, 'octocat', `${MARKER}\nnot Reeve's`)
  const put = (text: string) => forge.putComment(7, { marker: MARKER, body: `${MARKER}\n${text}` })
  t.is(await put('one'), 'written')
  for (let at = 0; at < 100; at += 1) server.comment(7, 'octocat', `more ${at}`)
  server.comment(7, 'reeve-bot', `${MARKER}\nof another process`)
  t.is(await put('two'), 'written')
  t.is(await put('two'), 'unchanged')
  t.is(await forge.comment(7, MARKER), `${MARKER}\ntwo`)
  t.deepEqual(
    server.comments.filter(({ body }) => body.includes(MARKER)).map(({ login, body }) => [login, body]),
    [
      ['octocat', `${MARKER}\nnot Reeve's`],
      ['reeve-bot', `${MARKER}\ntwo`],
    ],
  )
  t.is(server.received.filter(({ path }) => path === '/user').length, 1)
  t.deepEqual(server.violations, [])
})

test('calls at the same time write one comment, one status and one pull request', async (t) => {
  const { server, forge } = await scene(t)
  const comments = ['one', 'two', 'three'].map((text) =>
    forge.putComment(7, { marker: MARKER, body: `${MARKER}\n${text}` }),
  )
  t.deepEqual(await Promise.all(comments), ['written', 'written', 'written'])
  t.deepEqual(
    server.comments.map(({ body }) => body),
    [`${MARKER}\nthree`],
  )
  const statuses = [forge.putStatus(HEAD, STATUS), forge.putStatus(HEAD, STATUS)]
  t.deepEqual(await Promise.all(statuses), ['written', 'unchanged'])
  const request = { branch: 'proposal', target: 'main', title: 'Versions', body: '' }
  const [first, second] = await Promise.all([forge.open(request), forge.open(request)])
  t.is(first.number, second.number)
  t.is(server.received.filter(({ method, path }) => method === 'POST' && path.endsWith('/pulls')).length, 1)
})

test('a status is written where the latest of its context differs', async (t) => {
  const { server, forge } = await scene(t)
  for (let at = 0; at < 120; at += 1)
    server.statuses.push({ sha: HEAD, context: `ci/${at}`, state: 'success', description: '' })
  t.is(await forge.putStatus(HEAD, STATUS), 'written')
  t.is(await forge.putStatus(HEAD, STATUS), 'unchanged')
  server.statuses.push({ ...STATUS, sha: HEAD, state: 'failure' })
  t.is(await forge.putStatus(HEAD, STATUS), 'written')
  t.is(await forge.putStatus(HEAD, { ...STATUS, description: 'x'.repeat(300) }), 'written')
  t.is(server.statuses.at(-1)?.description, `${'x'.repeat(139)}…`)
  t.deepEqual(server.violations, [])
})

test('opening a pull request gives the open one of the same branches', async (t) => {
  const { server, forge } = await scene(t)
  const request = { branch: 'proposal', target: 'main', title: 'Versions', body: 'New ones' }
  const opened = await forge.open(request)
  t.is(opened.number, 1)
  t.deepEqual(await forge.open(request), opened)
  // Opened meanwhile: GitHub refuses a second one.
  server.instead.push({ body: [] })
  t.deepEqual(await forge.open(request), opened)
  const { code, message } = await faultIn(forge.open({ ...request, branch: 'main' }))
  t.is(code, 'forge-rejected')
  t.regex(message, /No commits between main and main/)
  t.deepEqual(server.violations, [])
})

test('the latest pull request of a branch is found whatever its state', async (t) => {
  const { server, forge } = await scene(t)
  const branches = { branch: 'proposal', target: 'main' }
  t.is(await forge.latest(branches), undefined)
  server.pulls.push({ number: 1, head: HEAD, branch: 'proposal', state: 'closed' })
  server.pulls.push({ number: 2, head: HEAD, branch: 'proposal', state: 'closed' })
  server.pulls.push({ number: 3, head: HEAD, branch: 'other' })
  server.pulls.push({ number: 4, head: HEAD, branch: 'proposal', target: 'release' })
  t.like(await forge.latest(branches), { number: 2, state: 'closed' })
  t.deepEqual(server.violations, [])
})

test('a token writes no annotations', async (t) => {
  const { server, forge } = await scene(t)
  t.is(await forge.putAnnotations(HEAD, [{ file: 'a.yaml', line: 1, text: 'bad' }]), 'unchanged')
  t.is(server.received.length, 0)
})

async function appScene(t: ExecutionContext, isTold = false) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  // As GitHub gives it.
  const keyFile = await temporaryFile(t, privateKey.export({ type: 'pkcs1', format: 'pem' }))
  const server = await githubServer(t, { appKey: publicKey })
  const { installation } = server
  const credentials = { app: { id: '42', keyFile, ...(isTold && { installation }) } }
  return { server, keyFile, forge: await openGithub(t, server, { credentials }) }
}

test('an App signs its token, finds its installation and writes as itself', async (t) => {
  const { server, forge } = await appScene(t)
  t.is(await forge.putComment(7, { marker: MARKER, body: `${MARKER}\none` }), 'written')
  t.is(await forge.putComment(7, { marker: MARKER, body: `${MARKER}\none` }), 'unchanged')
  t.deepEqual(
    server.comments.map(({ login }) => login),
    ['reeve-app[bot]'],
  )
  const count = (path: string) => server.received.filter((request) => request.path === path).length
  t.is(count('/repos/acme/fleet/installation'), 1)
  t.is(count(`/app/installations/${server.installation}/access_tokens`), 1)
  t.is(count('/app'), 1)
  t.deepEqual(server.violations, [])
})

test('a token of an App that GitHub revoked is replaced', async (t) => {
  const { server, forge } = await appScene(t)
  await forge.putStatus(HEAD, STATUS)
  server.tokens.delete('ghs_1')
  t.is((await faultIn(forge.putStatus(HEAD, STATUS))).code, 'forge-unauthorized')
  t.is(await forge.putStatus(HEAD, STATUS), 'unchanged')
  t.true(server.tokens.has('ghs_2'))
})

test('an App that is told its installation does not look for it', async (t) => {
  const { server, forge } = await appScene(t, true)
  t.is(await forge.putStatus(HEAD, STATUS), 'written')
  t.false(server.received.some(({ path }) => path.endsWith('/installation')))
})

test('an App writes annotations, fifty in a request, once', async (t) => {
  const { server, forge } = await appScene(t)
  const annotations = Array.from({ length: 120 }, (_, at) => ({
    file: `eu/${at}.yaml`,
    line: at + 1,
    text: `fault ${at}`,
  }))
  t.is(await forge.putAnnotations(HEAD, []), 'unchanged')
  t.is(await forge.putAnnotations(HEAD, annotations), 'written')
  t.is(await forge.putAnnotations(HEAD, annotations), 'unchanged')
  t.is(server.checkRuns.length, 1)
  t.is(server.checkRuns[0]?.annotations.length, 120)
  t.is(server.checkRuns[0]?.status, 'completed')
  t.deepEqual(server.checkRuns[0]?.annotations[119], {
    path: 'eu/119.yaml',
    start_line: 120,
    end_line: 120,
    annotation_level: 'warning',
    message: 'fault 119',
  })
  t.is(await forge.putAnnotations(HEAD, []), 'written')
  t.is(server.checkRuns[1]?.annotations.length, 0)
  t.deepEqual(server.violations, [])
})

test('annotations that were left half done are written again', async (t) => {
  const { server, forge } = await appScene(t)
  const annotations = [{ file: 'a.yaml', line: 1, text: 'bad' }]
  await forge.putAnnotations(HEAD, annotations)
  const [run] = server.checkRuns
  if (run) run.external_id = ''
  t.is(await forge.putAnnotations(HEAD, annotations), 'written')
})

test('a key of an App that is replaced applies at once, and one that is none is told', async (t) => {
  const { keyFile, forge } = await appScene(t)
  t.is(await forge.putStatus(HEAD, STATUS), 'written')
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  t.is((await faultIn(forge.putStatus(HEAD, STATUS))).code, 'forge-unauthorized')
  await writeFile(keyFile, 'no key')
  const { code, message } = await faultIn(forge.putStatus(HEAD, STATUS))
  t.is(code, 'forge-unauthorized')
  t.true(message.endsWith(`${keyFile} holds no private RSA key in PEM`))
})

test('an App that is not installed on the repository says so', async (t) => {
  const { server, forge } = await appScene(t)
  server.instead.push({ status: 404, body: { message: 'Not Found' } })
  const { code, message } = await faultIn(forge.openPullRequests('main'))
  t.is(code, 'forge-unauthorized')
  t.regex(message, /the App 42 is not installed on acme\/fleet/)
  t.deepEqual(await forge.openPullRequests('main'), [])
})

test('a token that GitHub refuses is told with the permissions that are needed', async (t) => {
  const { forge } = await scene(t, { credentials: { token: new Secret('ghp_unknown') } })
  const { code, remedy } = await faultIn(forge.openPullRequests('main'))
  t.is(code, 'forge-unauthorized')
  t.regex(remedy, /Pull requests and Commit statuses read and write/)
})

test('a rotated token that belongs to another account is another account', async (t) => {
  const server = await githubServer(t)
  const tokenFile = await temporaryFile(t, 'ghp_reeve')
  const forge = await openGithub(t, server, { credentials: { tokenFile } })
  await forge.putComment(7, { marker: MARKER, body: MARKER })
  await writeFile(tokenFile, 'ghp_other')
  t.is(await forge.comment(7, MARKER), undefined)
  t.is(await forge.putComment(7, { marker: MARKER, body: MARKER }), 'written')
  t.deepEqual(
    server.comments.map(({ login }) => login),
    ['reeve-bot', 'other'],
  )
})

test('a server that fails is asked again for what only reads', async (t) => {
  const { server, forge } = await scene(t, { limits: { pauseMs: 1 } })
  const failure = { status: 502, body: '<html>' }
  server.instead.push(failure, failure)
  t.deepEqual(await forge.openPullRequests('main'), [])
  server.instead.push({ status: 200, body: { statuses: [] } }, failure)
  const { code } = await faultIn(forge.putStatus(HEAD, STATUS))
  t.is(code, 'forge-unreachable')
  t.is(server.statuses.length, 0)
})
