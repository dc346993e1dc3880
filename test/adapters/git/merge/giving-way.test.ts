import test from 'ava'
import { GIT_LIMITS } from '../../../../src/adapters/git/git-limits.ts'
import { openConnections } from '../../../../src/adapters/git/open-connections.ts'
import { plainRemote } from '../../../../src/adapters/git/remote.ts'
import { Store } from '../../../../src/adapters/git/store.ts'
import { processBudgets } from '../../../../src/support/memory/process-budgets.ts'
import { slowRemote } from '../../../helpers/slow-remote.ts'
import { type GitScene, gitScene } from '../set-up.ts'

test('a change whose fetch gives way to a new commit of the branch is fetched once more, and no deeper', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: '1', b: '1' })
  await using remote = await slowRemote(scene.server)
  const repository = await scene.open({ remote: { url: remote.url } })
  await repository.fetch('main')
  const { change, target } = await proposed(scene)
  await repository.fetch('main')
  const head = await scene.push({ b: '3' })
  const held = remote.hold('fetch')
  const before = fetches(scene)
  const merging = repository.merge(change, target)
  await held.answered
  t.is(await repository.fetch('main', { head }), head)
  const merge = await merging
  t.deepEqual(
    merge?.commits.map(({ message }) => message.trim()),
    ['proposal'],
  )
  t.is(fetches(scene) - before, 3, 'the change twice, and the branch')
})

test('a fetch that gets its turn while the branch waits already gives way, too', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: '1', b: '1' })
  await using remote = await slowRemote(scene.server)
  const { change } = await proposed(scene)
  const way = { limits: GIT_LIMITS, onSilence: () => {}, budgets: processBudgets() }
  await using connections = await openConnections(plainRemote({ url: remote.url }), way)
  await using store = await Store.open({ connections, gitdir: scene.directory, onWarning: () => {} })
  const earlier = remote.hold('fetch')
  const first = store.fetchBranch('main')
  await earlier.answered
  const other = store.fetchOther(change.ref, 'main', { givesWay: true })
  const urgent = store.fetchBranch('main')
  const held = remote.hold('fetch')
  earlier.release()
  t.is(await first, await urgent)
  await held.answered
  t.is(await other, change.head)
})

/** A change of one commit, and a target that moved on since. */
async function proposed(scene: GitScene) {
  await scene.work.run('checkout', '--quiet', '-b', 'proposal')
  const head = await scene.push({ a: '2' }, 'proposal')
  await scene.work.run('checkout', '--quiet', 'main')
  const commit = await scene.push({ b: '2' })
  return { change: { head, ref: 'refs/heads/proposal' }, target: { branch: 'main', commit } }
}

function fetches({ server }: GitScene): number {
  return server.requests.filter(({ command }) => command === 'fetch').length
}
