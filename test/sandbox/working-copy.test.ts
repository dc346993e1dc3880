import { existsSync } from 'node:fs'
import test from 'ava'
import { startGitServer } from '../../src/sandbox/git-server.ts'
import { workingCopy } from '../../src/sandbox/working-copy.ts'

test('commits carry a fixed identity, whatever the user has configured', async (t) => {
  await using server = await startGitServer()
  await using copy = await workingCopy(server)
  await copy.write('file', 'text')
  const commit = await copy.commit('A subject\n\nA body')
  t.is(
    await copy.run('log', '--format=%H %an <%ae> %cn %s', '-1'),
    `${commit} Reeve Tester <tester@example.com> Reeve Tester A subject`,
  )
  t.is(await copy.run('symbolic-ref', '--short', 'HEAD'), 'main')
})

test('a commit takes ignored files, deletions and nothing at all', async (t) => {
  await using server = await startGitServer()
  await using copy = await workingCopy(server)
  await copy.write('.gitignore', '*.log\n')
  await copy.write('a/b/c.log', 'text')
  await copy.commit('Add')
  t.is(await copy.run('ls-files'), '.gitignore\na/b/c.log')
  await copy.remove('a/b/c.log')
  const removed = await copy.commit('Remove')
  t.is(await copy.run('ls-files'), '.gitignore')
  t.not(await copy.commit('Nothing'), removed)
})

test('a failing command says why, and its password is nowhere', async (t) => {
  await using server = await startGitServer({ username: 'u', password: 'secret-password' })
  await using copy = await workingCopy(server, { http: true })
  const error = await t.throwsAsync(copy.run('push', 'origin', 'nothing'))
  t.regex(error.message, /^git push failed with code 1: [\s\S]*nothing/)
  t.false(error.message.includes('secret-password'))
  t.false((await copy.run('config', '--local', '--list')).includes('secret-password'))
  t.is((await copy.tryRun('no-such-command')).code, 1)
})

test('closing removes the directory', async (t) => {
  await using server = await startGitServer()
  const copy = await workingCopy(server)
  await copy.close()
  t.false(existsSync(copy.directory))
})
