import test from 'ava'
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
