import { writeFile } from 'node:fs/promises'
import test from 'ava'
import { type ForgeOptions, openForge } from '../../../src/adapters/forge/open-forge.ts'
import { Secret } from '../../../src/model/secret.ts'
import { type Gitea, type GiteaRepository, startGitea } from '../../helpers/gitea/gitea.ts'
import { faultIn } from './fault-in.ts'
import { temporaryFile } from './temporary-file.ts'

const MARKER = '<!-- reeve -->'
const TARGET = 'main'

let gitea: Gitea
test.before(async () => {
  gitea = await startGitea()
})
test.after.always(() => gitea?.[Symbol.asyncDispose]())

function open(repository: GiteaRepository, options: Partial<ForgeOptions> = {}) {
  const token = new Secret(gitea.users.bot.token)
  return openForge({ repository: `${repository.url}.git`, credentials: { token }, ...options })
}

/** A repository that Reeve's account may write to. */
async function fleet(name: string): Promise<GiteaRepository> {
  const repository = await gitea.createRepository(name)
  await repository.addCollaborator(gitea.users.bot)
  return repository
}

async function withPull(name: string) {
  const repository = await fleet(name)
  const head = await repository.push({ branch: 'change', files: { 'a.yaml': 'a: 1\n' } })
  const number = await repository.openPull({ head: 'change', title: 'Change *a*' })
  return { repository, head, number }
}

async function commentsOf({ name }: GiteaRepository, number: number) {
  const all: readonly { readonly id: number; readonly body: string; readonly user: { login: string } }[] =
    await gitea.call('GET', `repos/${name}/issues/${number}/comments`)
  return all.map(({ id, body, user: { login } }) => ({ id, body, login }))
}

test('a pull request from a branch and one from a fork are found by their target', async (t) => {
  const { repository, head, number } = await withPull('two-pulls')
  const fork = await repository.fork(gitea.users.bot)
  const forked = await fork.push({ branch: 'mine', files: { 'b.yaml': 'b: 1\n' }, as: gitea.users.bot })
  const second = await repository.openPull({ head: 'reeve-bot:mine', as: gitea.users.bot })
  await repository.push({ branch: 'release', files: {} })
  await repository.push({ branch: 'other', files: { 'c.yaml': 'c: 1\n' } })
  await repository.openPull({ head: 'other', base: 'release' })
  await using forge = await open(repository)
  t.is(forge.kind, 'gitea')
  const common = { target: TARGET, state: 'open' } as const
  t.deepEqual(await forge.openPullRequests(TARGET), [
    {
      ...common,
      number,
      title: 'Change *a*',
      author: 'admin-ann',
      url: `${repository.url}/pulls/${number}`,
      branch: 'change',
      head,
      ref: `refs/pull/${number}/head`,
      isFork: false,
    },
    {
      ...common,
      number: second,
      title: 'Change',
      author: 'reeve-bot',
      url: `${repository.url}/pulls/${second}`,
      branch: 'mine',
      head: forked,
      ref: `refs/pull/${second}/head`,
      isFork: true,
    },
  ])
})

test('pull requests beyond one page are found', async (t) => {
  const repository = await fleet('many-pulls')
  await repository.push({ branch: 'branch-0', files: { 'a.yaml': 'a: 0\n' } })
  for (let at = 1; at <= 11; at += 1)
    await gitea.call('POST', `repos/${repository.name}/branches`, {
      body: { new_branch_name: `branch-${at}`, old_branch_name: 'branch-0' },
    })
  for (let at = 0; at <= 11; at += 1) await repository.openPull({ head: `branch-${at}` })
  await using forge = await open(repository)
  const found = await forge.openPullRequests(TARGET)
  t.deepEqual(
    found.map(({ number }) => number),
    Array.from({ length: 12 }, (_, at) => at + 1),
  )
  // One that is too large by itself hides no other.
  await gitea.call('PATCH', `repos/${repository.name}/pulls/12`, { body: { body: 'x'.repeat(400_000) } })
  await using narrow = await open(repository, { limits: { answerBytes: 200_000 } })
  const others = await narrow.openPullRequests(TARGET)
  t.deepEqual(
    others.map(({ number }) => number),
    found.map(({ number }) => number).filter((number) => number !== 12),
  )
})

test('a pull request shows its newest commit, that it is closed, and which commit merged it', async (t) => {
  const { repository, head, number } = await withPull('states')
  await using forge = await open(repository)
  t.is((await forge.pullRequest(number))?.head, head)
  const newer = await repository.push({ branch: 'change', files: { 'a.yaml': 'a: 2\n' } })
  t.is((await forge.pullRequest(number))?.head, newer)
  await repository.closePull(number)
  t.is((await forge.pullRequest(number))?.state, 'closed')
  await gitea.call('PATCH', `repos/${repository.name}/pulls/${number}`, { body: { state: 'open' } })
  const merge = await repository.mergePull(number)
  const merged = await forge.pullRequest(number)
  t.is(merged?.state, 'merged')
  t.is(merged?.mergeCommit, merge)
  t.deepEqual(await forge.openPullRequests(TARGET), [])
  t.is(await forge.pullRequest(number + 1), undefined)
})

test('one comment is written, edited where it differs, and left where it does not', async (t) => {
  const { repository, number } = await withPull('comment')
  await using forge = await open(repository)
  const put = (text: string) => forge.putComment(number, { marker: MARKER, body: `${MARKER}\n${text}\n` })
  t.is(await forge.comment(number, MARKER), undefined)
  t.is(await put('one'), 'written')
  const [written] = await commentsOf(repository, number)
  t.is(await put('one'), 'unchanged')
  t.is(await put('two'), 'written')
  t.is((await forge.comment(number, MARKER))?.trim(), `${MARKER}\ntwo`)
  const all = await commentsOf(repository, number)
  t.deepEqual(
    all.map(({ id, login }) => ({ id, login })),
    [{ id: written?.id, login: 'reeve-bot' }],
  )
  await using another = await open(repository)
  const again = await another.putComment(number, { marker: MARKER, body: `${MARKER}\ntwo\n` })
  t.is(again, 'unchanged')
})

test('a comment with the marker that another account wrote, or that quotes it, is left alone', async (t) => {
  const { repository, number } = await withPull('foreign-marker')
  const path = `repos/${repository.name}/issues/${number}/comments`
  await gitea.call('POST', path, { body: { body: `${MARKER}\nNothing to see` } })
  await gitea.call('POST', path, { body: { body: `> ${MARKER}\nWhy?` }, as: gitea.users.bot })
  await using forge = await open(repository)
  t.is(await forge.comment(number, MARKER), undefined)
  t.is(await forge.putComment(number, { marker: MARKER, body: `${MARKER}\nplan` }), 'written')
  const all = await commentsOf(repository, number)
  t.deepEqual(
    all.map(({ body, login }) => [login, body.trim()]),
    [
      ['admin-ann', `${MARKER}\nNothing to see`],
      ['reeve-bot', `> ${MARKER}\nWhy?`],
      ['reeve-bot', `${MARKER}\nplan`],
    ],
  )
})

test('further comments of its own are deleted', async (t) => {
  const { repository, number } = await withPull('duplicates')
  const path = `repos/${repository.name}/issues/${number}/comments`
  for (const text of ['one', 'two', 'three'])
    await gitea.call('POST', path, { body: { body: `${MARKER}\n${text}` }, as: gitea.users.bot })
  const [first] = await commentsOf(repository, number)
  await using forge = await open(repository)
  t.is(await forge.putComment(number, { marker: MARKER, body: `${MARKER}\nfour` }), 'written')
  t.deepEqual(await commentsOf(repository, number), [
    { id: first?.id ?? 0, body: `${MARKER}\nfour`, login: 'reeve-bot' },
  ])
})

test('the comment is found among many', async (t) => {
  const { repository, number } = await withPull('many-comments')
  const path = `repos/${repository.name}/issues/${number}/comments`
  await using forge = await open(repository)
  for (let at = 0; at < 40; at += 1) await gitea.call('POST', path, { body: { body: `remark ${at}` } })
  await forge.putComment(number, { marker: MARKER, body: `${MARKER}\none` })
  for (let at = 0; at < 20; at += 1) await gitea.call('POST', path, { body: { body: `more ${at}` } })
  t.is(await forge.putComment(number, { marker: MARKER, body: `${MARKER}\ntwo` }), 'written')
  const own = (await commentsOf(repository, number)).filter(({ login }) => login === 'reeve-bot')
  t.deepEqual(
    own.map(({ body }) => body),
    [`${MARKER}\ntwo`],
  )
})

test('a status is written once, and again where something of it differs', async (t) => {
  const { repository, head } = await withPull('status')
  await using forge = await open(repository)
  const status = { context: 'reeve', state: 'pending', description: 'planning', url: repository.url } as const
  t.is(await forge.putStatus(head, status), 'written')
  t.is(await forge.putStatus(head, status), 'unchanged')
  await gitea.call('POST', `repos/${repository.name}/statuses/${head}`, {
    body: { context: 'ci', state: 'failure', description: 'planning' },
  })
  t.is(await forge.putStatus(head, status), 'unchanged')
  const done = { ...status, state: 'success', description: `${'ä'.repeat(200)}\nmore` } as const
  t.is(await forge.putStatus(head, done), 'written')
  await using another = await open(repository)
  t.is(await another.putStatus(head, done), 'unchanged')
  const { statuses } = await gitea.call('GET', `repos/${repository.name}/commits/${head}/status`)
  const found = statuses.find(({ context }: { context: string }) => context === 'reeve')
  t.is(found.status, 'success')
  t.is(found.description, `${'ä'.repeat(139)}…`)
  t.is(found.target_url, repository.url)
})

test('a status that someone else put in its context is put right', async (t) => {
  const { repository, head } = await withPull('forged-status')
  await using forge = await open(repository)
  const status = { context: 'reeve', state: 'failure', description: 'refused' } as const
  t.is(await forge.putStatus(head, status), 'written')
  await gitea.call('POST', `repos/${repository.name}/statuses/${head}`, {
    body: { context: 'reeve', state: 'success', description: 'looks good' },
  })
  t.is(await forge.putStatus(head, status), 'written')
  const { statuses } = await gitea.call('GET', `repos/${repository.name}/commits/${head}/status`)
  t.is(statuses[0].status, 'failure')
})

test('opening a pull request twice gives the same', async (t) => {
  const repository = await fleet('open-twice')
  await repository.push({ branch: 'proposal', files: { 'a.yaml': 'a: 1\n' } })
  await using forge = await open(repository)
  const request = { branch: 'proposal', target: TARGET, title: 'Versions', body: 'New *versions*' }
  const opened = await forge.open(request)
  t.is(opened.author, 'reeve-bot')
  t.deepEqual(await forge.open({ ...request, title: 'Others' }), opened)
  await repository.closePull(opened.number)
  const reopened = await forge.open(request)
  t.not(reopened.number, opened.number)
  const same = { branch: TARGET, target: TARGET, title: 'Nothing', body: '' }
  t.is((await faultIn(forge.open(same))).code, 'forge-rejected')
})

test('a wrong token and missing rights are told with what is needed, never with the token', async (t) => {
  const { repository, head, number } = await withPull('rights')
  const token = 'b64c0ffee0ddba11b64c0ffee0ddba11b64c0ffe'
  await using wrong = await open(repository, { credentials: { token: new Secret(token) } })
  const refused = await faultIn(wrong.openPullRequests(TARGET))
  t.is(refused.code, 'forge-unauthorized')
  t.regex(refused.remedy, /write:repository, write:issue and read:user/)
  t.false(JSON.stringify(refused).includes(token))

  const reader = await gitea.createToken(gitea.users.bot, ['read:repository', 'read:issue', 'read:user'])
  await using reading = await open(repository, { credentials: { token: new Secret(reader) } })
  t.is((await reading.openPullRequests(TARGET)).length, 1)
  const comment = reading.putComment(number, { marker: MARKER, body: MARKER })
  t.is((await faultIn(comment)).code, 'forge-unauthorized')
  const status = reading.putStatus(head, { context: 'reeve', state: 'success', description: '' })
  t.is((await faultIn(status)).code, 'forge-unauthorized')
})

test('a repository that is not there is no pull request that is not there', async (t) => {
  await using forge = await openForge({
    repository: `${gitea.url}/admin-ann/nothing.git`,
    credentials: { token: new Secret(gitea.users.bot.token) },
  })
  const { code, message } = await faultIn(forge.pullRequest(1))
  t.is(code, 'forge-unauthorized')
  t.regex(message, /not there, or not for these credentials/)
})

test('a token in a file is read at each use', async (t) => {
  const { repository } = await withPull('rotated')
  const tokenFile = await temporaryFile(t)
  await using forge = await open(repository, { credentials: { tokenFile } })
  t.regex((await faultIn(forge.openPullRequests(TARGET))).message, /cannot be read \(ENOENT\)/)
  await writeFile(tokenFile, 'old')
  t.is((await faultIn(forge.openPullRequests(TARGET))).code, 'forge-unauthorized')
  await writeFile(tokenFile, `${gitea.users.bot.token}\n`)
  t.is((await forge.openPullRequests(TARGET)).length, 1)
})

test.serial('a server that is away is told, and used again when it is back', async (t) => {
  const { repository, head } = await withPull('away')
  await using forge = await open(repository, { limits: { tries: 1 } })
  t.is((await forge.openPullRequests(TARGET)).length, 1)
  await gitea.stop()
  const { code } = await faultIn(forge.openPullRequests(TARGET))
  const status = { context: 'reeve', state: 'success', description: 'done' } as const
  const put = await faultIn(forge.putStatus(head, status))
  await gitea.start()
  t.is(code, 'forge-unreachable')
  t.is(put.code, 'forge-unreachable')
  t.is(await forge.putStatus(head, status), 'written')
})

test('a call ends when its signal is aborted', async (t) => {
  const { repository } = await withPull('aborted')
  await using forge = await open(repository)
  const reason = new Error('enough')
  await t.throwsAsync(forge.openPullRequests(TARGET, AbortSignal.abort(reason)), { is: reason })
})

test('the latest pull request of a branch is found whatever its state', async (t) => {
  const { repository, number } = await withPull('latest')
  await using forge = await open(repository)
  const branches = { branch: 'change', target: TARGET }
  t.like(await forge.latest(branches), { number, state: 'open' })
  await repository.closePull(number)
  await repository.push({ branch: 'other', files: { 'c.yaml': 'c: 1\n' } })
  await repository.openPull({ head: 'other' })
  t.like(await forge.latest(branches), { number, state: 'closed' })
  const again = await repository.openPull({ head: 'change' })
  t.like(await forge.latest(branches), { number: again, state: 'open' })
  t.is(await forge.latest({ ...branches, branch: 'none' }), undefined)
})
