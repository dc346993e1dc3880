import test, { type ExecutionContext } from 'ava'
import { type GitServer, type GitServerOptions, startGitServer } from '../../../src/sandbox/git-server.ts'
import { type WorkingCopy, workingCopy } from '../../../src/sandbox/working-copy.ts'
import { filesOf, problemOf, scene } from './scene.ts'

interface Repository {
  readonly server: GitServer
  readonly work: WorkingCopy
  commit(files: Readonly<Record<string, string>>): Promise<string>
}

async function repository(t: ExecutionContext, options: GitServerOptions = {}): Promise<Repository> {
  const server = await startGitServer(options)
  t.teardown(() => server.close())
  const work = await workingCopy(server)
  t.teardown(() => work.close())
  await server.config('uploadpack.allowReachableSHA1InWant', 'true')
  return {
    server,
    work,
    commit: async (files) => {
      for (const [path, text] of Object.entries(files)) await work.write(path, text)
      const oid = await work.commit('change')
      await work.push()
      return oid
    },
  }
}

const reference = (url: string, commit: string, path = 'chat') => ({ path, git: { url, commit } })

test('a template of another repository comes from exactly its commit', async (t) => {
  const { server, commit } = await repository(t)
  const first = await commit({ 'chat/web.yaml': 'kind: One\n', 'other.yaml': 'x' })
  const second = await commit({ 'chat/web.yaml': 'kind: Two\n' })
  const sources = (await scene(t)).open()
  t.deepEqual(await filesOf(sources, reference(server.url, first)), { 'chat/web.yaml': 'kind: One\n' })
  t.deepEqual(await filesOf(sources, reference(server.url, second)), { 'chat/web.yaml': 'kind: Two\n' })
  t.deepEqual(await filesOf(sources, reference(server.url, second, 'nothing')), {})
})

test('what was fetched needs no network after a restart', async (t) => {
  const { server, commit } = await repository(t)
  const oid = await commit({ 'chat/web.yaml': 'kind: One\n' })
  const s = await scene(t)
  const first = s.open()
  await filesOf(first, reference(server.url, oid))
  await first[Symbol.asyncDispose]()
  await server.stop()
  t.deepEqual(await filesOf(s.open(), reference(server.url, oid)), { 'chat/web.yaml': 'kind: One\n' })
})

test('a commit that is not there, and a remote that is away, are faults', async (t) => {
  const { server, commit } = await repository(t)
  await commit({ 'chat/web.yaml': 'kind: One\n' })
  const s = await scene(t)
  const sources = s.open()
  t.is((await problemOf(sources, reference(server.url, '1'.repeat(40))))[0], 'unknown-template')
  await server.stop()
  const [code, message] = await problemOf(sources, reference(server.url, '2'.repeat(40)))
  t.is(code, 'template-unavailable')
  t.regex(message, /ECONNREFUSED/)
})

test('a branch that is called like the commit is not taken for it', async (t) => {
  const { server, work, commit } = await repository(t)
  await commit({ 'chat/web.yaml': 'kind: Evil\n' })
  const pinned = '1'.repeat(40)
  await work.run('push', '--quiet', 'origin', `HEAD:refs/heads/${pinned}`)
  t.is((await problemOf((await scene(t)).open(), reference(server.url, pinned)))[0], 'template-digest')
})

test('the credentials of the own repository go to those of its origin that the administrator names', async (t) => {
  const { server, commit } = await repository(t, { username: 'u', password: 'p' })
  const oid = await commit({ 'chat/web.yaml': 'kind: One\n' })
  const credentials = async () => ({ username: 'u', password: 'p' })
  const own = { url: new URL('/own.git', server.url).href, credentials }
  const s = await scene(t)
  const vouched = [new URL(server.url).host]
  const files = await filesOf(s.open({ own, vouched }), reference(server.url, oid))
  t.deepEqual(files, { 'chat/web.yaml': 'kind: One\n' })
  const elsewhere = { url: 'https://git.example.com/own.git', credentials }
  const other = await scene(t)
  const [code] = await problemOf(other.open({ own: elsewhere }), reference(server.url, oid))
  t.is(code, 'template-unavailable')
})
