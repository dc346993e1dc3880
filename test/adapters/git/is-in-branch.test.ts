import test from 'ava'
import { gitScene } from './set-up.ts'

test('a commit is found in a branch however far back, also by way of a merge', async (t) => {
  const git = await gitScene(t)
  const { work } = git
  const oldest = await work.commit('First')
  for (let at = 0; at < 100; at += 1) await work.commit(`Commit ${at}`)
  await work.run('checkout', '--quiet', '-b', 'merged', 'main~90')
  const merged = await work.commit('Merged')
  await work.run('checkout', '--quiet', '-b', 'open', 'main~80')
  const open = await work.commit('Not merged')
  await work.run('push', '--quiet', 'origin', 'open')
  await work.run('checkout', '--quiet', 'main')
  await work.run('merge', '--quiet', '--no-ff', '--message=Merge', 'merged')
  await work.push()
  const repository = await git.open()
  const head = await repository.fetch('main')
  const isInBranch = async (revision: string) => {
    const commit = await repository.fetchCommit(revision, { branch: 'main' })
    return repository.isInBranch({ branch: 'main', head, commit })
  }
  t.true(await isInBranch(head))
  t.is(git.server.requests.filter(({ command }) => command === 'fetch').length, 1)
  t.true(await isInBranch('main'))
  t.false(await isInBranch(open))
  t.true(await isInBranch(merged))
  t.true(await isInBranch(oldest))
})
