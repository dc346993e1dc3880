import test from 'ava'
import type { Forge } from '../../../src/adapters/forge/forge.ts'
import { openForge } from '../../../src/adapters/forge/open-forge.ts'
import { openRepository, type Repository } from '../../../src/adapters/git/repository.ts'
import { type ProposedRevert, proposeRevert } from '../../../src/control/edit/propose-revert.ts'
import { Keyring } from '../../../src/control/fleet/keyring.ts'
import { Secret } from '../../../src/model/secret.ts'
import { declareTree } from '../../../src/stages/declare/declare-tree.ts'
import type { CommitTree } from '../../../src/stages/declare/mixed-declaration.ts'
import { takeSnapshot } from '../../../src/stages/snapshot/take-snapshot.ts'
import { gitScene } from '../../adapters/git/set-up.ts'
import { type Gitea, startGitea } from '../../helpers/gitea/gitea.ts'
import { temporaryDirectory } from '../../helpers/temporary-directory.ts'

const BRANCH = 'reeve/revert/production-abcdef012345'
const { decrypt } = new Keyring()

const group = (version: string, more = '') =>
  `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: production}\nspec:\n  version: "${version}"\n  rollout: {maxUnavailable: 3}\n${more}`

let gitea: Gitea
test.before(async () => {
  gitea = await startGitea()
})
test.after.always(() => gitea?.[Symbol.asyncDispose]())

/** A controller that goes back to `good`, with a data directory of its own. */
async function controller(
  repository: Repository,
  good: string,
  {
    forge,
    reason = 'acme failed: its update Job failed',
  }: { readonly forge?: Forge; readonly reason?: string } = {},
) {
  const declared = async (commit: string): Promise<CommitTree> => {
    await repository.fetchCommit(commit, { branch: 'main' })
    const snapshot = await takeSnapshot(repository, commit, '')
    return { snapshot, tree: await declareTree(snapshot, { decrypt, onUnforeseen: () => {} }) }
  }
  return async (): Promise<ProposedRevert> => {
    const [head, past] = [await declared(await repository.fetch('main')), await declared(good)]
    const revert = { group: 'production', rejected: 'abcdef0123456789', head, good: past, reason }
    return proposeRevert(revert, { repository, target: 'main', forge })
  }
}

test('a branch proposes to go back; what is proposed already is left as it is', async (t) => {
  const git = await gitScene(t)
  const good = await git.push({ 'g.yaml': group('1') })
  await git.push({ 'g.yaml': group('2') })
  const one = await controller(await git.open(), good)
  const beside = await git.open({ directory: await temporaryDirectory(t) })
  const other = await controller(beside, good, { reason: 'beta failed' })
  const remote = (...args: string[]) =>
    git.work.run('--git-dir', git.server.directory, ...args).then((text) => text.trim())
  const pushes = () => git.server.requests.filter(({ command }) => command === 'push').length

  const first = await one()
  t.like(first, { state: 'pushed', branch: BRANCH })
  t.is(await remote('rev-parse', BRANCH), first.commit ?? '')
  t.is(
    await remote('log', '-1', '--format=%an%n%B', BRANCH),
    `Reeve\nRoll production back to ${good.slice(0, 12)}\n\nacme failed: its update Job failed\n\nReeve-Revert: production abcdef012345`,
  )
  t.is(await remote('diff', good, BRANCH), '')
  const before = pushes()
  t.deepEqual(await other(), { ...first, state: 'present' })
  await git.push({ 'other.txt': 'x' })
  t.deepEqual(await one(), { ...first, state: 'present' }, 'it merges to the same')
  t.is(pushes(), before)

  await git.push({ 'g.yaml': group('3', '  values: {a: 1}\n') })
  t.like(await one(), { state: 'pushed' })
  t.is(await remote('show', `${BRANCH}:g.yaml`), group('1').trim())
  await git.work.run('fetch', '--quiet', 'origin')
  await git.work.run('merge', '--quiet', '--ff-only', `origin/${BRANCH}`)
  await git.work.push()
  t.deepEqual(await one(), { state: 'nothing-new', branch: BRANCH })
  await git.push({ 'g.yaml': group('2') })
  t.like(await one(), { state: 'pushed' }, 'it was merged before')
})

test('what people added to the branch stays', async (t) => {
  const git = await gitScene(t)
  const good = await git.push({ 'g.yaml': group('1') })
  await git.push({ 'g.yaml': group('2') })
  const propose = await controller(await git.open(), good)
  await propose()
  await git.work.run('fetch', '--quiet', 'origin')
  await git.work.run('checkout', '--quiet', '-B', BRANCH, `origin/${BRANCH}`)
  const theirs = await git.push({ 'g.yaml': group('1.1') })
  t.deepEqual(await propose(), { state: 'foreign', branch: BRANCH, commit: theirs })
})

test('with a forge it is a pull request, which is not opened again once it was closed', async (t) => {
  const { bot } = gitea.users
  const forge = await gitea.createRepository('revert')
  await forge.addCollaborator(bot)
  const good = await forge.push({ files: { 'g.yaml': group('1') } })
  await forge.push({ files: { 'g.yaml': group('2') } })
  const repository = await openRepository({
    directory: await temporaryDirectory(t),
    remote: {
      url: `${forge.url}.git`,
      credentials: async () => ({ username: bot.name, password: bot.token }),
    },
  })
  t.teardown(() => repository[Symbol.asyncDispose]())
  const credentials = { token: new Secret(bot.token) }
  const client = await openForge({ kind: 'gitea', repository: `${forge.url}.git`, credentials })
  t.teardown(() => client[Symbol.asyncDispose]())
  const propose = await controller(repository, good, { forge: client })

  const first = await propose()
  const number = first.pullRequest?.number ?? 0
  t.like(first, { state: 'pushed', pullRequest: { url: `${forge.url}/pulls/${number}` } })
  const pull = await gitea.call('GET', `repos/${forge.name}/pulls/${number}`)
  t.like(pull, {
    title: `Roll production back to ${good.slice(0, 12)}`,
    body: 'acme failed: its update Job failed\n\nReeve-Revert: production abcdef012345',
    changed_files: 1,
  })
  t.deepEqual(await propose(), { ...first, state: 'present' })
  await forge.closePull(number)
  t.like(await propose(), { state: 'declined', pullRequest: { number } })
  await gitea.call('PATCH', `repos/${forge.name}/pulls/${number}`, { body: { state: 'open' } })
  await forge.mergePull(number)
  t.like(await propose(), { state: 'nothing-new' })
})
