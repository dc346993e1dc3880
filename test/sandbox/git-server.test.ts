import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { git, runGit } from '../../src/sandbox/git-process.ts'
import { type GitServer, startGitServer } from '../../src/sandbox/git-server.ts'
import { workingCopy } from '../../src/sandbox/working-copy.ts'
import { becomesTrue } from './process-is-gone.ts'

const bearer = (token: string) => ({
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'http.extraHeader',
  GIT_CONFIG_VALUE_0: `Authorization: Bearer ${token}`,
})

const commands = (server: GitServer) => server.requests.map(({ command, status }) => `${command} ${status}`)

test('what one clone pushes another one pulls', async (t) => {
  await using server = await startGitServer()
  await using one = await workingCopy(server, { http: true })
  await one.write('eu/acme/web.yaml', 'kind: ConfigMap\n')
  const commit = await one.commit('Add acme')
  await one.push()
  await using two = await workingCopy(server, { http: true })
  t.is(await readFile(join(two.directory, 'eu/acme/web.yaml'), 'utf8'), 'kind: ConfigMap\n')
  await one.remove('eu')
  await one.commit('Remove acme')
  await one.push()
  await two.pull()
  t.is(await two.run('ls-files'), '')
  t.is(await two.run('rev-parse', 'HEAD~1'), commit)
})

test('large packs pass in both directions, as chunks', async (t) => {
  await using server = await startGitServer()
  await using one = await workingCopy(server, { http: true })
  const text = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * i * 31 + (i >> 3)) % 251))
  await one.write('large', text)
  await one.commit('Add a large file')
  await one.push()
  await using two = await workingCopy(server, { http: true })
  t.true(text.equals(await readFile(join(two.directory, 'large'))))
})

test('a request body may be compressed', async (t) => {
  await using server = await startGitServer()
  await using one = await workingCopy(server, { http: true })
  await using two = await workingCopy(server, { http: true })
  for (let index = 0; index < 40; index++) {
    await one.commit(`Commit ${index}`)
    await one.run('branch', `branch-${index}`)
  }
  await one.run('push', '--quiet', '--all')
  // Forty wants are more than the 1024 bytes from which on git compresses.
  const trace = join(server.directory, 'trace')
  await git(['fetch', '--quiet'], { cwd: two.directory, env: { GIT_TRACE_CURL: trace } })
  t.true(/Content-Encoding: gzip/i.test(await readFile(trace, 'utf8')))
  t.is(server.requests.at(-1)?.command, 'fetch')
  t.is(await two.run('rev-parse', 'origin/branch-39'), await one.run('rev-parse', 'HEAD'))
})

test('ls-remote of protocol version 2 asks for references only', async (t) => {
  await using server = await startGitServer()
  await using copy = await workingCopy(server)
  await copy.commit('Begin')
  await copy.push()
  t.deepEqual(server.requests, [])
  await git(['ls-remote', server.url])
  t.deepEqual(commands(server), ['advertise 200', 'ls-refs 200'])
  t.true(
    server.requests.every(
      ({ service, path }) => service === 'git-upload-pack' && /^\/repo\.git\//.test(path),
    ),
  )
  await using _other = await workingCopy(server, { http: true })
  t.deepEqual(commands(server).slice(2), ['advertise 200', 'ls-refs 200', 'fetch 200'])
})

test('without credentials there is 401 and what is asked for', async (t) => {
  await using server = await startGitServer({ username: 'reeve', password: 'right' })
  const response = await fetch(`${server.url}/info/refs?service=git-upload-pack`)
  t.is(response.status, 401)
  t.is(response.headers.get('www-authenticate'), 'Basic realm="reeve"')
  const post = await fetch(`${server.url}/git-receive-pack`, { method: 'POST', body: 'x'.repeat(1_000_000) })
  t.is(post.status, 401)
})

test('the right user name and password pass, and no others', async (t) => {
  await using server = await startGitServer({ username: 'reeve', password: 'right' })
  const code = async (user: string) =>
    (await runGit(['ls-remote', server.url.replace('//', `//${user}@`)])).code
  t.is(await code('reeve:right'), 0)
  for (const wrong of ['reeve:wrong', 'other:right', 'reeve:', ':right']) t.is(await code(wrong), 128, wrong)
})

test('a token passes with any user name and as Bearer token', async (t) => {
  await using server = await startGitServer({ password: 'token' })
  const code = async (user: string, env = {}) =>
    (await runGit(['ls-remote', server.url.replace('//', `//${user}`)], { env })).code
  t.is(await code('anybody:token@'), 0)
  t.is(await code('', bearer('token')), 0)
  t.is(await code('anybody:wrong@'), 128)
  t.is(await code('', bearer('wrong')), 128)
})

test('a hook refuses a push with its words, until it is removed', async (t) => {
  await using server = await startGitServer()
  await using copy = await workingCopy(server, { http: true })
  const commit = await copy.commit('Begin')
  await server.setHook('pre-receive', '#!/bin/sh\necho "not on a Friday" >&2\nexit 1\n')
  await t.throwsAsync(copy.push(), { message: /not on a Friday[\s\S]*pre-receive hook declined/ })
  t.is(await git(['ls-remote', server.url]), '')
  await server.setHook('pre-receive', undefined)
  await copy.push()
  t.is(await git(['rev-parse', 'main'], { cwd: server.directory }), commit)
})

test('a forced push is accepted, until the repository denies those', async (t) => {
  await using server = await startGitServer()
  await using copy = await workingCopy(server, { http: true })
  await copy.commit('Begin')
  await copy.push()
  await copy.run('commit', '--quiet', '--amend', '--allow-empty', '--message=Begin again')
  await t.throwsAsync(copy.push(), { message: /non-fast-forward/ })
  await copy.push({ force: true })
  t.is(await git(['log', '--format=%s', 'main'], { cwd: server.directory }), 'Begin again')
  await server.config('receive.denyNonFastForwards', 'true')
  await copy.run('commit', '--quiet', '--amend', '--allow-empty', '--message=Once more')
  await t.throwsAsync(copy.push({ force: true }), { message: /remote rejected/ })
})

test('a push on top of what another one pushed meanwhile is refused', async (t) => {
  await using server = await startGitServer()
  await using one = await workingCopy(server, { http: true })
  await using two = await workingCopy(server, { http: true })
  await one.commit('First')
  await two.commit('Second')
  await one.push()
  await t.throwsAsync(two.push(), { message: /fetch first|rejected/ })
})

test('a stopped server refuses connections and is back at the same port', async (t) => {
  await using server = await startGitServer()
  await using copy = await workingCopy(server)
  await server.stop()
  await t.throwsAsync(git(['ls-remote', server.url]), { message: /[Cc]onnect/ })
  await copy.commit('While it was down')
  await copy.push()
  await server.start()
  await server.start()
  t.regex(await git(['ls-remote', server.url]), /refs\/heads\/main/)
})

test('stopping ends a push under way, and nothing of it is kept', async (t) => {
  await using server = await startGitServer()
  await using copy = await workingCopy(server, { http: true })
  await server.setHook('pre-receive', '#!/bin/sh\ntouch started\nsleep 30\n')
  await copy.commit('Begin')
  const pushed = t.throwsAsync(copy.push())
  t.true(await becomesTrue(() => existsSync(join(server.directory, 'started')), 10_000))
  await server.stop()
  await pushed
  await server.setHook('pre-receive', undefined)
  await server.start()
  t.is(await git(['ls-remote', server.url]), '')
})

test('another repository and a path that leaves the directory are refused', async (t) => {
  await using server = await startGitServer()
  const base = server.url.replace('/repo.git', '')
  for (const path of ['/other.git', '/%2e%2e/%2e%2e/etc', '/repo.git/..%2f..%2fetc']) {
    const response = await fetch(`${base}${path}/info/refs?service=git-upload-pack`)
    t.true(response.status >= 400, `${path}: ${response.status}`)
  }
})

test('a given bare repository is served and kept', async (t) => {
  await using first = await startGitServer()
  await using copy = await workingCopy(first)
  const commit = await copy.commit('Begin')
  await copy.push()
  const second = await startGitServer({ directory: first.directory })
  t.is((await git(['ls-remote', second.url, 'main'])).split('\t')[0], commit)
  await second.close()
  t.is(await git(['rev-parse', 'main'], { cwd: first.directory }), commit)
})
