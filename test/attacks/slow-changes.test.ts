import test from 'ava'
import { gitScene } from '../adapters/git/set-up.ts'
import { slowRemote } from '../helpers/slow-remote.ts'

/** In ms: what is given up had its time before. */
const SOON_MS = 15_000

test('a change whose commits never arrive does not hold up the branch', async (t) => {
  const scene = await gitScene(t)
  await scene.push({ a: '1' })
  await scene.work.run('checkout', '--quiet', '-b', 'proposal')
  const head = await scene.push({ b: '1' })
  await scene.work.run('checkout', '--quiet', 'main')
  await using remote = await slowRemote(scene.server)
  const repository = await scene.open({ remote: { url: remote.url } })
  const commit = await repository.fetch('main')
  const held = remote.hold('fetch')
  const merging = repository.merge({ head, ref: 'refs/heads/proposal' }, { branch: 'main', commit })
  await held.answered
  const moved = await scene.push({ a: '2' })
  const begun = performance.now()
  const found = await repository.fetch('main')
  t.is(found, moved)
  t.true(performance.now() - begun < SOON_MS)
  t.is((await merging)?.commits.length, 1, 'it is fetched once more')
})
