import test, { type ExecutionContext } from 'ava'
import { REEVE } from '../../../src/adapters/git/commit.ts'
import { digestOf } from '../../../src/adapters/source/charts/digest.ts'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { lockBranch } from '../../../src/control/propose/lock-branch.ts'
import { isLockMessage, lockMessage } from '../../../src/control/propose/lock-message.ts'
import { type Proposal, proposeLock } from '../../../src/control/propose/propose-lock.ts'
import { declareTree } from '../../../src/stages/declare/declare-tree.ts'
import { takeSnapshot } from '../../../src/stages/snapshot/take-snapshot.ts'
import { codeOf, type GitScene, gitScene } from '../../adapters/git/set-up.ts'
import { packageChart } from '../../adapters/source/package-chart.ts'
import { type Scene, scene } from '../../adapters/source/scene.ts'
import { temporaryDirectory } from '../../helpers/temporary-directory.ts'

const BRANCH = 'reeve/lock/main'
const { decrypt } = new Keyring()

const packed = (version: string) =>
  packageChart({ 'Chart.yaml': `apiVersion: v2\nname: chat\nversion: ${version}\n` })

function serve({ replies, url }: Scene, ...versions: readonly string[]): string {
  const chat = versions.map((version) => ({ version, urls: [`chat-${version}.tgz`] }))
  replies.set('/repo/index.yaml', JSON.stringify({ entries: { chat } }))
  for (const version of versions) replies.set(`/repo/chat-${version}.tgz`, packed(version))
  return `${url}/repo`
}

const installation = (name: string, repository: string, version: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: {template: {chart: {repository: "${repository}", name: chat, version: "${version}"}}}\n`

/** A Reeve with a data directory of its own, which proposes for the head of main. */
async function reeve(t: ExecutionContext, git: GitScene, path = '') {
  const repository = await git.open({ directory: await temporaryDirectory(t) })
  return async (charts: Scene): Promise<Proposal> => {
    const commit = await repository.fetch('main')
    const snapshot = await takeSnapshot(repository, commit, path)
    const tree = await declareTree(snapshot, { decrypt, onUnforeseen: () => {} })
    const sources = charts.open({ directory: await temporaryDirectory(t) })
    const { signal } = new AbortController()
    return proposeLock(
      { snapshot, tree },
      { repository, sources, settings: { branch: 'main', path }, signal },
    )
  }
}

const remote = (git: GitScene, ...args: string[]) =>
  git.work.run('--git-dir', git.server.directory, ...args).then((text) => text.trim())

const pushes = ({ server }: GitScene) => server.requests.filter(({ command }) => command === 'push').length

test('Reeves of several clusters propose the same commit, whoever comes first', async (t) => {
  const [git, charts] = [await gitScene(t), await scene(t)]
  await git.push({ 'a.yaml': installation('a', serve(charts, '1.4.0'), '^1') })
  const [east, west, north] = [await reeve(t, git), await reeve(t, git), await reeve(t, git)]
  const both = await Promise.all([east(charts), west(charts)])
  const head = await remote(git, 'rev-parse', BRANCH)
  t.deepEqual(
    both.map(({ commit }) => commit),
    [head, head],
  )
  const before = pushes(git)
  t.like(await north(charts), { state: 'present', commit: head, faults: [] })
  t.like(await east(charts), { state: 'present', commit: head })
  t.is(pushes(git), before)
})

test('a proposal changes only the lock file of its path, on a branch of its own', async (t) => {
  const [git, charts] = [await gitScene(t), await scene(t)]
  const repository = serve(charts, '1.4.0')
  await git.push({
    'clusters/east/a.yaml': installation('a', repository, '^1'),
    'clusters/west/a.yaml': installation('a', repository, '1.x'),
    'reeve.lock.yaml': 'not ours',
  })
  for (const side of ['east', 'west']) {
    const branch = `reeve/lock/main+clusters+${side}`
    t.like(await (await reeve(t, git, `clusters/${side}`))(charts), { state: 'pushed', branch })
    t.is(await remote(git, 'diff', '--name-only', 'main', branch), `clusters/${side}/reeve.lock.yaml`)
    t.is(await remote(git, 'merge-base', 'main', branch), await remote(git, 'rev-parse', 'main'))
    t.regex(
      await remote(git, 'log', '-1', '--format=%B', branch),
      /\n\nReeve-Lock: clusters\/\w+\/reeve\.lock\.yaml$/,
    )
  }
  await remote(git, 'fsck', '--strict')
})

test('a proposal for an earlier head is replaced, and nothing is proposed of what was merged', async (t) => {
  const [git, charts] = [await gitScene(t), await scene(t)]
  const propose = await reeve(t, git)
  await git.push({ 'a.yaml': installation('a', serve(charts, '1.4.0'), '^1') })
  t.like(await propose(charts), { state: 'pushed', subject: 'Lock chat ^1 at 1.4.0' })
  const head = await git.push({ notes: 'x' })
  const again = await propose(charts)
  t.is(again.state, 'pushed')
  t.is(await remote(git, 'rev-parse', `${BRANCH}^`), head)
  await git.work.run('fetch', '--quiet', 'origin')
  await git.work.run('merge', '--quiet', '--ff-only', `origin/${BRANCH}`)
  await git.work.push()
  t.like(await propose(charts), { state: 'nothing-new', faults: [] })
  t.is(await remote(git, 'rev-parse', BRANCH), again.commit ?? '')
  serve(charts, '1.4.0', '1.5.0')
  t.like(await propose(charts), { state: 'pushed' })
  t.is(
    await remote(git, 'log', '-1', '--format=%B', BRANCH),
    'Lock chat ^1 at 1.5.0\n\n- chat ^1: 1.4.0 → 1.5.0\n\nReeve-Lock: reeve.lock.yaml',
  )
})

test('a commit of others on the branch is left alone until it is merged', async (t) => {
  const [git, charts] = [await gitScene(t), await scene(t)]
  const repository = serve(charts, '1.4.0')
  await git.push({ 'a.yaml': installation('a', repository, '^1') })
  await (await reeve(t, git))(charts)
  await git.work.run('fetch', '--quiet', 'origin')
  await git.work.run('checkout', '--quiet', '--detach', `origin/${BRANCH}`)
  await git.work.run('commit', '--quiet', '--amend', '--no-edit', '--date=now')
  const mine = (await git.work.run('rev-parse', 'HEAD')).trim()
  await git.work.run('push', '--quiet', '--force', 'origin', `HEAD:refs/heads/${BRANCH}`)
  await git.work.run('switch', '--quiet', 'main')
  t.like(await (await reeve(t, git))(charts), { state: 'foreign', commit: mine })
  t.is(await remote(git, 'rev-parse', BRANCH), mine)
  await git.push({ 'b.yaml': installation('b', repository, '1.x') })
  const propose = await reeve(t, git)
  t.is((await propose(charts)).state, 'foreign')
  await git.work.run('merge', '--quiet', '--no-edit', mine)
  await git.work.push()
  t.like(await propose(charts), { state: 'pushed', subject: 'Lock chat 1.x at 1.4.0' })
})

test('a status branch of that name, which Reeve wrote, is left alone', async (t) => {
  const [git, charts] = [await gitScene(t), await scene(t)]
  await git.push({ 'a.yaml': installation('a', serve(charts, '1.4.0'), '^1') })
  const repository = await git.open()
  const changes = new Map([['README.md', 'status']])
  const commit = { parent: undefined, changes, message: 'acme: healthy', author: REEVE, time: 1 }
  const status = await repository.outbox.prepare(commit)
  await repository.outbox.push(BRANCH, status)
  t.like(await (await reeve(t, git))(charts), { state: 'foreign', commit: status.oid })
})

test('a proposal that lacks what could not be looked up replaces none for the same head', async (t) => {
  const [git, charts, away] = [await gitScene(t), await scene(t), await scene(t)]
  const [here, there] = [serve(charts, '1.4.0'), serve(away, '2.0.0')]
  await git.push({ 'a.yaml': installation('a', here, '^1'), 'b.yaml': installation('b', there, '^2') })
  const whole = await (await reeve(t, git))(charts)
  t.is(whole.subject, 'Lock 2 versions of charts')
  await away.server.stop()
  const other = await reeve(t, git)
  const second = await other(charts)
  t.like(second, { state: 'present', commit: whole.commit })
  t.regex(
    second.faults.map(({ code, location }) => `${code} ${location?.file}`).join(),
    /^template-unavailable b\.yaml$/,
  )
  await git.push({ notes: 'x' })
  t.like(await other(charts), { state: 'pushed', subject: 'Lock chat ^1 at 1.4.0' })
})

test('a server that allows no other head is a fault with a remedy', async (t) => {
  const [git, charts] = [await gitScene(t), await scene(t)]
  const propose = await reeve(t, git)
  await git.push({ 'a.yaml': installation('a', serve(charts, '1.4.0'), '^1') })
  await propose(charts)
  await git.push({ notes: 'x' })
  await git.server.config('receive.denyNonFastForwards', 'true')
  t.is(await codeOf(propose(charts)), 'proposal-rejected')
  await git.server.config('http.receivepack', 'false')
  t.is(await codeOf(propose(charts)), 'proposal-rejected')
})

test('a lock file that cannot be read is a fault, and asks for nothing', async (t) => {
  const [git, charts] = [await gitScene(t), await scene(t)]
  await git.push({
    'a.yaml': installation('a', serve(charts, '1.4.0'), '^1'),
    'reeve.lock.yaml': '<<<<<<< a\n',
  })
  const proposal = await (await reeve(t, git))(charts)
  t.is(proposal.state, 'nothing-new')
  t.is(proposal.faults.length, 1)
  t.deepEqual(charts.asked, [])
})

test('whatever a range is called, it forges no line of the message', (t) => {
  const entry = {
    repository: 'https://charts.example.com',
    name: `chat\n\nReeve-Lock: other\u0007${'x'.repeat(300)}`,
    range: '^1\r\n <2',
    version: '1.4.0',
    digest: digestOf(packed('1.4.0')),
  }
  const message = lockMessage([{ entry, before: undefined }], 'reeve.lock.yaml')
  const lines = message.trimEnd().split('\n')
  t.is(lines.length, 5)
  t.true(lines.every((line) => line.length <= 200 && !/\p{Cc}/u.test(line)))
  t.true(isLockMessage(message, 'reeve.lock.yaml'))
  t.false(isLockMessage(message, 'other'))
  const many = Array.from({ length: 150 }, () => ({ entry, before: entry }))
  t.regex(
    lockMessage(many, 'reeve.lock.yaml'),
    /^Lock 150 versions of charts\n\n(?:.*\n)*and 50 more\n\nReeve-Lock/,
  )
})

test('the branch is named by the branch and the path that are followed', (t) => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['main', '', 'reeve/lock/main'],
    ['release/1.x', '', 'reeve/lock/release/1.x'],
    ['main', 'clusters/east', 'reeve/lock/main+clusters+east'],
    ['main', 'a b/..c/ü.lock', 'reeve/lock/main+a+b+c+ü+lock'],
  ]
  for (const [branch, path, expected] of cases) t.is(lockBranch({ branch, path }), expected)
})
