import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { GitLimits } from '../../../../src/adapters/git/git-limits.ts'
import type { Repository, RepositoryOptions } from '../../../../src/adapters/git/repository.ts'
import { budgetsFor } from '../../../../src/model/budgets.ts'
import { git } from '../../../../src/sandbox/git-process.ts'
import { generateKey } from '../../../helpers/sshd.ts'
import { type TcpLine, tcpLine } from '../../../helpers/tcp-line.ts'
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts'
import { faultOf } from '../set-up.ts'
import { type SshScene, sshScenes } from './scene.ts'

const sshScene = sshScenes(test)

function push(repository: Repository, bytes = 10): Promise<unknown> {
  const changes = new Map([['a', randomBytes(bytes / 2).toString('hex')]])
  const author = { name: 'A', email: 'a@example.com' }
  return repository.outbox
    .prepare({ parent: undefined, changes, message: 'A', author, time: 1 })
    .then((commit) => repository.outbox.push('status', commit))
}

/** Opens the repository over a line that can break. */
async function openOver(
  t: ExecutionContext,
  scene: SshScene,
  options: Partial<RepositoryOptions> = {},
): Promise<{ readonly line: TcpLine; readonly repository: Repository }> {
  const { sshd, server } = scene
  const line = await tcpLine(sshd.port)
  t.teardown(() => line[Symbol.asyncDispose]())
  const knownHostsFile = join(await temporaryDirectory(t), 'known_hosts')
  const known = await readFile(sshd.knownHosts, 'utf8')
  await writeFile(knownHostsFile, known.replaceAll(`:${sshd.port}`, `:${line.port}`))
  const url = `ssh://${sshd.user}@127.0.0.1:${line.port}${server.directory}`
  const remote = { url, ssh: { knownHostsFile, keyFile: sshd.keyFile } }
  return { line, repository: await scene.open({ remote, ...options }) }
}

/** Opens the repository with a key for which the server runs a script in place of Git. */
async function openScript(
  t: ExecutionContext,
  scene: SshScene,
  script: string,
  options?: Partial<RepositoryOptions>,
): Promise<Repository> {
  const keyFile = await generateKey(join(await temporaryDirectory(t), 'key'))
  await scene.sshd.allowScript(`${keyFile}.pub`, script)
  return scene.openSsh({ keyFile }, options)
}

test('a key that may only read fetches, and its push is refused as such', async (t) => {
  const scene = await sshScene(t)
  const head = await scene.push({ a: '1' })
  const repository = await scene.openSsh({ keyFile: scene.sshd.readOnlyKeyFile })
  t.is(await repository.fetch('main'), head)
  t.regex(
    await faultOf(push(repository)),
    /^git-rejected: .*the key may read, but not push \(ERROR: The key you are authenticating with has been marked as read only\.\)$/,
  )
})

test('a push that a hook refuses is refused with its words', async (t) => {
  const scene = await sshScene(t)
  await scene.server.setHook('pre-receive', '#!/bin/sh\necho "no statuses here" >&2\nexit 1\n')
  const repository = await scene.openSsh()
  t.regex(await faultOf(push(repository)), /^git-rejected: .*pre-receive hook declined.*no statuses here/)
})

test('a repository that is not there is told as such', async (t) => {
  const scene = await sshScene(t)
  const ssh = { knownHostsFile: scene.sshd.knownHosts, keyFile: scene.sshd.keyFile }
  const repository = await scene.open({ remote: { url: scene.sshd.url('/nowhere/fleet.git'), ssh } })
  t.regex(
    await faultOf(repository.headOf('main')),
    /^git-unauthorized: .*no repository at this path, or no access with this key \(fatal: '\/nowhere\/fleet\.git' does not appear to be a git repository/,
  )
})

/** Error output of forges, and what it is taken for: at a fetch, and at a push. */
const WORDS: readonly (readonly [string, string, string])[] = [
  ['ERROR: Repository not found.', 'git-unauthorized', 'git-unauthorized'],
  [
    'remote: \nremote: ========\nremote: \nremote: ERROR: The project you were looking for could not be found or you do not have permission to view it.\nremote: ========',
    'git-unauthorized',
    'git-unauthorized',
  ],
  [
    'remote: ERROR: This deploy key does not have write access to this project.',
    'git-unauthorized',
    'git-rejected',
  ],
  [
    'Gitea: Deploy Key: 1:reeve is not authorized to write to team/fleet.',
    'git-unauthorized',
    'git-rejected',
  ],
  ['ERROR: Permission to team/fleet.git denied to deploy key', 'git-unauthorized', 'git-rejected'],
  ['Gitea: Internal Server Connection Error', 'git-unreachable', 'git-unreachable'],
]

for (const [words, atFetch, atPush] of WORDS) {
  test(`the server says "${words.replace(/\s+/g, ' ').slice(0, 60)}"`, async (t) => {
    const scene = await sshScene(t)
    const repository = await openScript(t, scene, `cat >&2 <<'END'\n${words}\nEND\nexit 1\n`)
    const fetched = await faultOf(repository.fetch('main'))
    t.true(fetched.startsWith(`${atFetch}: `), fetched)
    const pushed = await faultOf(push(repository))
    t.true(pushed.startsWith(`${atPush}: `), pushed)
    t.notRegex(fetched + pushed, /={3}|remote:|error:/)
  })
}

test('what a server says comes without control characters, and not without end', async (t) => {
  const scene = await sshScene(t)
  const script = `printf '\\033[31mERROR: \\007not found\\n' >&2; yes 'more words' | head -c 300000 >&2; exit 1\n`
  const fault = await faultOf((await openScript(t, scene, script)).headOf('main'))
  t.regex(fault, /^git-unauthorized: .*ERROR: +not found more words/)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there
  t.notRegex(fault, /[\x00-\x1f\x7f]/)
  t.true(fault.length < 1_000)
})

for (const words of ['Welcome to the machine', 'Error: no shell']) {
  test(`a server that says "${words}" in place of Git is quoted`, async (t) => {
    const scene = await sshScene(t)
    const repository = await openScript(t, scene, `echo '${words}'\n`)
    const fault = await faultOf(repository.headOf('main'))
    t.regex(fault, new RegExp(`^git-unreachable: .*the server does not speak Git here: ${words}`))
  })
}

test('a command that ends with nothing is told by its exit code', async (t) => {
  const scene = await sshScene(t)
  const repository = await openScript(t, scene, 'exit 7\n')
  t.regex(
    await faultOf(repository.headOf('main')),
    /^git-unreachable: .*git-upload-pack ended with exit code 7/,
  )
})

test('a connection that is cut in the middle of a pack is told, and the next fetch makes up for it', async (t) => {
  const scene = await sshScene(t)
  const head = await scene.push({ large: randomBytes(2 << 20).toString('hex') })
  const { line, repository } = await openOver(t, scene)
  await repository.headOf('main')
  line.cutAfter(1 << 20)
  t.regex(await faultOf(repository.fetch('main')), /^git-unreachable: /)
  line.mend()
  t.is(await repository.fetch('main'), head)
})

test('a connection that is cut in the middle of a push is told, and the next push makes up for it', async (t) => {
  const scene = await sshScene(t)
  await scene.push({ a: '1' })
  const { line, repository } = await openOver(t, scene)
  await repository.headOf('main')
  line.cutAfter(1 << 20, 'client')
  t.regex(await faultOf(push(repository, 4 << 20)), /^git-unreachable: /)
  line.mend()
  t.is(await push(repository, 4 << 20), 'pushed')
})

test('a connection that broke while it was kept is made anew without a fault', async (t) => {
  const scene = await sshScene(t)
  const head = await scene.push({ a: '1' })
  const { line, repository } = await openOver(t, scene)
  t.is(await repository.headOf('main'), head)
  line.mend()
  t.is(await repository.headOf('main'), head)
  t.is(line.connections, 2)
})

test('a kept connection that is dead without a sign is given up for another one', async (t) => {
  const scene = await sshScene(t)
  const head = await scene.push({ a: '1' })
  const { line, repository } = await openOver(t, scene)
  t.is(await repository.headOf('main'), head)
  line.freeze()
  t.is(await repository.headOf('main'), head)
  t.is(line.connections, 2)
})

test('a server that accepts a connection and says nothing is given up', async (t) => {
  const scene = await sshScene(t)
  const sockets = new Set<Socket>()
  const server = createServer((socket) => void sockets.add(socket.on('error', () => {}))).listen(
    0,
    '127.0.0.1',
  )
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  await once(server, 'listening')
  const url = `ssh://git@127.0.0.1:${(server.address() as AddressInfo).port}/fleet.git`
  const ssh = { knownHostsFile: scene.sshd.knownHosts, keyFile: scene.sshd.keyFile }
  const repository = await scene.open({ remote: { url, ssh }, limits: { silenceMs: 500 } })
  t.regex(await faultOf(repository.headOf('main')), /^git-unreachable: .*(?:timeout|Timed out)/)
})

test('a server that does not listen is told', async (t) => {
  const scene = await sshScene(t)
  const { line, repository } = await openOver(t, scene)
  await line[Symbol.asyncDispose]()
  t.regex(await faultOf(repository.headOf('main')), /^git-unreachable: .*ECONNREFUSED/)
})

const LIMITS: readonly (readonly [string, string, Partial<GitLimits>, RegExp])[] = [
  [
    'hangs before its list of refs',
    'exec cat >/dev/null',
    { silenceMs: 2_000 },
    /timeout: nothing arrived for 2 s/,
  ],
  [
    'sends its list of refs byte by byte',
    'printf 0fff; while printf x; do sleep 0.1; done',
    { rate: { bytesPerSecond: 1_000, graceMs: 200, windowMs: 2_000 } },
    /too slow: \d+ bytes\/s over 2 s.*--git-min-rate/,
  ],
  [
    'sends a list of refs without end',
    'while printf 0008aaaa; do sleep 0.01; done',
    { listMs: 2_000 },
    /timeout: not finished within 2 s/,
  ],
  [
    'writes only to its error output, without end',
    'while echo waiting >&2; do sleep 0.1; done',
    { silenceMs: 2_000 },
    /timeout: nothing arrived for 2 s/,
  ],
]

for (const [what, script, limits, words] of LIMITS) {
  test(`a server that ${what} is given up`, async (t) => {
    const scene = await sshScene(t)
    const repository = await openScript(t, scene, `${script}\n`, { limits })
    const fault = await faultOf(repository.headOf('main'))
    t.regex(fault, /^git-unreachable: /)
    t.regex(fault, words)
  })
}

test('a list of refs and a pack that exceed their budgets are refused', async (t) => {
  const scene = await sshScene(t)
  await scene.push({ large: randomBytes(1 << 20).toString('hex') })
  const budgets = { ...budgetsFor(512 << 20), gitAnswer: 1 << 20, gitList: 1 << 20 }
  const long = await openScript(t, scene, 'while printf 0008aaaa0008bbbb; do :; done\n', { budgets })
  t.regex(await faultOf(long.headOf('main')), /^git-too-large: /)
  await long[Symbol.asyncDispose]()
  const large = await scene.openSsh({}, { budgets })
  t.regex(await faultOf(large.fetch('main')), /^git-too-large: .*the answer to a fetch/)
  await large[Symbol.asyncDispose]()
  const unpacked = await scene.openSsh({}, { budgets: { ...budgetsFor(512 << 20), gitObject: 1 << 20 } })
  t.regex(await faultOf(unpacked.fetch('main')), /^git-too-large: .*an object/)
})

test('an operation that is aborted ends at once with the reason', async (t) => {
  const scene = await sshScene(t)
  const repository = await openScript(t, scene, 'exec cat >/dev/null\n')
  const abort = new AbortController()
  const asked = repository.headOf('main', { signal: abort.signal })
  const reason = new Error('enough')
  setImmediate(() => abort.abort(reason))
  t.is(await t.throwsAsync(asked), reason)
})

test('closing the repository ends what hangs', async (t) => {
  const scene = await sshScene(t)
  const repository = await openScript(t, scene, 'exec cat >/dev/null\n')
  const asked = t.throwsAsync(repository.headOf('main'))
  await repository[Symbol.asyncDispose]()
  t.is((await asked)?.name, 'AbortError')
})

test('a shallow clone goes on as such, and an earlier commit comes when it is asked for', async (t) => {
  const scene = await sshScene(t)
  const earlier = await scene.push({ a: '1' })
  await scene.push({ a: '2' })
  const repository = await scene.openSsh()
  const second = await repository.fetch('main')
  t.is(await repository.readCommit(earlier), undefined)
  const third = await scene.push({ a: '3' })
  t.is(await repository.fetch('main'), third)
  t.is((await repository.commitsBetween(second, third, 10)).length, 1)
  await git(['config', 'uploadpack.allowReachableSHA1InWant', 'true'], { cwd: scene.server.directory })
  t.is(await repository.fetchCommit(earlier, { branch: 'main' }), earlier)
})
