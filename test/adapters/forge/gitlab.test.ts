import test, { type ExecutionContext } from 'ava'
import type { Forge } from '../../../src/adapters/forge/forge.ts'
import { openForge } from '../../../src/adapters/forge/open-forge.ts'
import { Secret } from '../../../src/model/secret.ts'
import { faultIn } from './fault-in.ts'
import { type GitlabServer, gitlabServer, HEAD, PROJECT } from './gitlab-server.ts'

const MARKER = '<!-- reeve -->'
const STATUS = { context: 'reeve', state: 'pending', description: 'planning' } as const

async function openGitlab(t: ExecutionContext, server: GitlabServer, token = 'glpat-reeve'): Promise<Forge> {
  const forge = await openForge({
    kind: 'gitlab',
    repository: `${server.url}/${PROJECT}.git`,
    credentials: { token: new Secret(token) },
  })
  t.teardown(() => forge[Symbol.asyncDispose]())
  return forge
}

async function scene(t: ExecutionContext) {
  const server = await gitlabServer(t)
  return { server, forge: await openGitlab(t, server) }
}

test('merge requests of a project in a subgroup are found by their target, over pages', async (t) => {
  const { server, forge } = await scene(t)
  for (let iid = 1; iid <= 120; iid += 1)
    server.mergeRequests.push({ iid, source_branch: `b${iid}`, ...(iid === 2 && { source_project_id: 9 }) })
  server.mergeRequests.push({ iid: 121, source_branch: 'x', target_branch: 'release' })
  server.mergeRequests.push({ iid: 122, source_branch: 'empty', sha: null })
  const found = await forge.openPullRequests('main')
  t.is(found.length, 120)
  t.deepEqual(found[1], {
    number: 2,
    title: 'Change things',
    author: 'ann',
    url: `https://gitlab.example/${PROJECT}/-/merge_requests/2`,
    target: 'main',
    branch: 'b2',
    head: HEAD,
    ref: 'refs/merge-requests/2/head',
    isFork: true,
    state: 'open',
  })
  t.is(server.received.length, 2)
  t.is(server.received[0]?.path, '/projects/acme%2Fplatform%2Ffleet/merge_requests')
})

test('the commit of a merge is told for each way to merge', async (t) => {
  const { server, forge } = await scene(t)
  const [merge, squash] = ['1'.repeat(40), '2'.repeat(40)]
  server.mergeRequests.push({ iid: 1, source_branch: 'a', state: 'merged', merge_commit_sha: merge })
  server.mergeRequests.push({ iid: 2, source_branch: 'b', state: 'merged', squash_commit_sha: squash })
  server.mergeRequests.push({ iid: 3, source_branch: 'c', state: 'merged' })
  server.mergeRequests.push({ iid: 4, source_branch: 'd', state: 'closed' })
  server.mergeRequests.push({ iid: 5, source_branch: 'e', state: 'locked' })
  const all = await Promise.all([1, 2, 3, 4, 5].map((number) => forge.pullRequest(number)))
  t.deepEqual(
    all.map((pull) => [pull?.state, pull?.mergeCommit]),
    [
      ['merged', merge],
      ['merged', squash],
      ['merged', HEAD],
      ['closed', undefined],
      ['open', undefined],
    ],
  )
  t.is(await forge.pullRequest(6), undefined)
})

test('one note is kept, those of others and of the system are left alone', async (t) => {
  const { server, forge } = await scene(t)
  for (let at = 0; at < 45; at += 1) server.note(7, 'ann', `remark ${at}`)
  server.note(7, 'ann', `${MARKER}\nnot Reeve's`)
  server.note(7, 'reeve-bot', `${MARKER}\nmentioned in`, true)
  const put = (text: string) => forge.putComment(7, { marker: MARKER, body: `${MARKER}\n${text}` })
  t.is(await put('one'), 'written')
  server.note(7, 'reeve-bot', `${MARKER}\nof another process`)
  t.is(await put('two'), 'written')
  t.is(await put('two'), 'unchanged')
  t.is(await forge.comment(7, MARKER), `${MARKER}\ntwo`)
  t.deepEqual(
    server.notes.filter(({ body }) => body.includes(MARKER)).map(({ body }) => body),
    [`${MARKER}\nnot Reeve's`, `${MARKER}\nmentioned in`, `${MARKER}\ntwo`],
  )
})

test('each state of a status has its own at GitLab, and is read again as it was put', async (t) => {
  const { server, forge } = await scene(t)
  for (const [state, stored] of [
    ['pending', 'pending'],
    ['success', 'success'],
    ['failure', 'failed'],
    ['error', 'failed'],
  ] as const) {
    const status = { ...STATUS, state, description: state }
    t.is(await forge.putStatus(HEAD, status), 'written')
    t.is(server.statuses.at(-1)?.status, stored)
    const another = await openGitlab(t, server)
    t.is(await another.putStatus(HEAD, status), 'unchanged')
  }
})

test('a status that GitLab keeps as it is, is no error and is not sent again', async (t) => {
  const { server, forge } = await scene(t)
  t.is(await forge.putStatus(HEAD, STATUS), 'written')
  const other = { ...STATUS, description: 'planning still' }
  t.is(await forge.putStatus(HEAD, other), 'unchanged')
  const sent = server.received.filter(({ method }) => method === 'POST').length
  t.is(await forge.putStatus(HEAD, other), 'unchanged')
  t.is(server.received.filter(({ method }) => method === 'POST').length, sent)
})

test('a URL that is longer than GitLab takes is left out', async (t) => {
  const { server, forge } = await scene(t)
  const url = `https://reeve.example/${'x'.repeat(233)}`
  t.is(await forge.putStatus(HEAD, { ...STATUS, url }), 'written')
  t.is(server.statuses.at(-1)?.target_url, url)
  t.is(await forge.putStatus(HEAD, { ...STATUS, state: 'success', url: `${url}y` }), 'written')
  t.is(server.statuses.at(-1)?.target_url, null)
})

test('a commit that only a fork has gets its status by the ref of its merge request', async (t) => {
  const { server, forge } = await scene(t)
  const sha = 'f'.repeat(40)
  server.forked.add(sha)
  const { code } = await faultIn(forge.putStatus(sha, STATUS))
  t.is(code, 'forge-unauthorized')
  server.mergeRequests.push({ iid: 12, source_branch: 'theirs', source_project_id: 9, sha })
  t.is(await forge.putStatus(sha, STATUS), 'written')
  t.is(server.statuses.at(-1)?.ref, 'refs/merge-requests/12/head')
})

test('opening a merge request gives the open one of the same branches', async (t) => {
  const { server, forge } = await scene(t)
  const request = { branch: 'proposal', target: 'main', title: 'Versions', body: 'New ones' }
  const opened = await forge.open(request)
  t.deepEqual(await forge.open(request), opened)
  // Opened meanwhile: GitLab refuses a second one.
  server.instead.push({ body: [] })
  t.deepEqual(await forge.open(request), opened)
  t.deepEqual(server.received.find(({ method }) => method === 'POST')?.body, {
    source_branch: 'proposal',
    target_branch: 'main',
    title: 'Versions',
    description: 'New ones',
  })
  const { code, message } = await faultIn(forge.open({ ...request, branch: 'other', title: '' }))
  t.is(code, 'forge-rejected')
  t.regex(message, /can't be blank/)
})

test('the latest merge request of a branch is found whatever its state', async (t) => {
  const { server, forge } = await scene(t)
  const branches = { branch: 'proposal', target: 'main' }
  t.is(await forge.latest(branches), undefined)
  server.mergeRequests.push({ iid: 1, source_branch: 'proposal', state: 'merged' })
  server.mergeRequests.push({ iid: 2, source_branch: 'proposal', state: 'closed' })
  server.mergeRequests.push({ iid: 3, source_branch: 'other' })
  t.like(await forge.latest(branches), { number: 2, state: 'closed' })
})

test('annotations are nothing that GitLab has', async (t) => {
  const { server, forge } = await scene(t)
  t.is(await forge.putAnnotations(HEAD, [{ file: 'a.yaml', line: 1, text: 'bad' }]), 'unchanged')
  t.is(server.received.length, 0)
})

test('a token that GitLab refuses is told with its scope', async (t) => {
  const server = await gitlabServer(t)
  const forge = await openGitlab(t, server, 'glpat-wrong')
  const { code, remedy, message } = await faultIn(forge.openPullRequests('main'))
  t.is(code, 'forge-unauthorized')
  t.regex(remedy, /scope api, role Developer/)
  t.false(message.includes('glpat-wrong'))
})

test('a call to GitLab ends when its signal is aborted', async (t) => {
  const { forge } = await scene(t)
  const reason = new Error('enough')
  await t.throwsAsync(forge.openPullRequests('main', AbortSignal.abort(reason)), { is: reason })
})
