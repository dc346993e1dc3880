import type { ExecutionContext } from 'ava'
import { hasColor } from '../helpers/color.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Gitea, startGitea } from '../helpers/gitea/gitea.ts'
import { kubectl, liveWhen } from '../helpers/live.ts'
import { configMap } from '../helpers/manifests.ts'
import { configFile, optionFile } from '../helpers/option-file.ts'
import { reviewedRepository } from '../helpers/reviewed-repository.ts'
import { tcpLine } from '../helpers/tcp-line.ts'
import { until } from '../helpers/until.ts'

let gitea: Gitea

const test = controlPlaneTest()

test.before('start the real Gitea', async () => {
  gitea = await startGitea()
})
test.after.always('stop it', () => gitea?.[Symbol.asyncDispose]())

const map = (name: string, color: string) => configMap('default', name, { color })

test.serial('webhooks of Gitea: reviewed, live and told without waiting for the interval', async (t) => {
  const { controlPlane } = t.context
  const secret = 'of the webhook'
  await using repository = await reviewedRepository(gitea, controlPlane, 'hooked', {
    'a/web.yaml': map('hooked', 'grey'),
  })
  const { forge } = repository
  const secretFile = await optionFile(t, '--webhook-secret-file', `${secret}\n`)
  await using reeve = repository.run('--interval', '1h', '--listen', '127.0.0.1:0', ...secretFile)
  const { url } = await reeve.logged('serving probes and metrics')
  await reeve.logged('in sync')
  await forge.addWebhook({ url: `${url}/webhooks`, secret })
  const took = timer(t)

  const number = await repository.propose('blue', { 'a/web.yaml': map('hooked', 'blue') })
  const { id } = await repository.comment(number, ({ body }) => body.includes('data.color: blue'))
  took('opened: comment')
  await forge.push({ branch: 'blue', files: { 'a/web.yaml': map('hooked', 'green') } })
  await repository.comment(number, ({ body }) => body.includes('data.color: green'))
  took('pushed to it: comment')
  const { url: page } = await repository.status(
    await repository.head('blue'),
    ({ state }) => state === 'success',
  )
  const { body } = await repository.comment(number)
  t.true(body.includes(`[full text](${page})`), body)
  await until('the page of the full text', async () => (await fetch(page)).status === 200)

  await forge.push({ files: { 'b/more.yaml': map('hooked-more', 'white') } })
  await liveWhen(controlPlane, 'default', 'configmap/hooked-more')
  took('pushed to main: live')

  const merged = await forge.mergePull(number)
  await liveWhen(controlPlane, 'default', 'configmap/hooked', hasColor('green'))
  took('merged: live')
  const last = await repository.comment(number, ({ body }) => body.includes('healthy in the installation'))
  took('merged: last word')
  t.is(last.id, id)
  t.true(last.body.includes(`Merged as \`${merged.slice(0, 12)}\`. Then: healthy`), last.body)
  const record = await repository.fileWhen('reeve/status/hooked', 'installations/a.yaml', (text) =>
    text?.includes(merged),
  )
  t.regex(record ?? '', /^state: healthy$/m)
  await repository.fileWhen('reeve/review/hooked', `${number}.md`, (text) => text === undefined)
  t.deepEqual(
    reeve.log.filter(({ level }) => level !== 'info'),
    [],
  )
})

test.serial('a pull request that is closed is told so, once', async (t) => {
  await using repository = await reviewedRepository(gitea, t.context.controlPlane, 'closed', {
    'a/web.yaml': map('closed', 'grey'),
  })
  await using reeve = repository.run()
  await reeve.logged('in sync')
  const number = await repository.propose('blue', { 'a/web.yaml': map('closed', 'blue') })
  const { id } = await repository.comment(number)
  await repository.forge.closePull(number)
  const closed = await repository.comment(number, ({ body }) => body.includes('Closed without merging.'))
  const other = await repository.propose('red', { 'a/web.yaml': map('closed', 'red') })
  await repository.comment(other)
  t.like(await repository.comment(number), { id, updatedAt: closed.updatedAt })
})

test.serial('a killed Reeve finds its comment again, and tells what became of what was merged', async (t) => {
  const { controlPlane } = t.context
  await using repository = await reviewedRepository(gitea, controlPlane, 'killed', {
    'a/web.yaml': map('killed', 'grey'),
  })
  const killed = repository.run()
  await killed.logged('in sync')
  const open = await repository.propose('open', { 'b/web.yaml': map('killed-b', 'new') })
  const merged = await repository.propose('blue', { 'a/web.yaml': map('killed', 'blue') })
  const [first, second] = [await repository.comment(open), await repository.comment(merged)]
  await repository.fileWhen('reeve/review/killed', `${merged}.yaml`, Boolean)
  killed.signal('SIGKILL')
  await killed.exited
  await repository.forge.mergePull(merged)
  await repository.forge.push({ branch: 'open', files: { 'b/web.yaml': map('killed-b', 'newer') } })

  await using _again = repository.run()
  await liveWhen(controlPlane, 'default', 'configmap/killed', hasColor('blue'))
  const last = await repository.comment(merged, ({ body }) => body.includes('healthy in the installation'))
  const edited = await repository.comment(open, ({ body }) => body.includes('color: newer'))
  t.deepEqual([edited.id, last.id], [first.id, second.id])
  for (const number of [open, merged]) t.is((await repository.comments(number)).length, 1)
})

test.serial('a pull request of a fork is ignored, and planned where the configuration says so', async (t) => {
  const { controlPlane } = t.context
  await using repository = await reviewedRepository(gitea, controlPlane, 'forked', {
    'a/web.yaml': map('forked', 'grey'),
  })
  const stranger = await newUser('stranger')
  const fork = await repository.forge.fork(stranger)
  const change = { branch: 'theirs', files: { 'a/web.yaml': map('forked', 'theirs') } }
  await fork.push({ ...change, as: stranger })
  const number = await repository.forge.openPull({ head: `${stranger.name}:theirs`, as: stranger })
  const head = await repository.propose('ours', { 'a/web.yaml': map('forked', 'ours') })
  {
    await using reeve = repository.run()
    await reeve.logged('in sync')
    await repository.comment(head)
    const later = await repository.propose('later', { 'b/web.yaml': map('forked-b', 'ours') })
    await repository.comment(later) // planned after all that was open before
    t.deepEqual(await repository.comments(number), [])
    reeve.signal('SIGTERM')
    await reeve.exited
  }
  await using _reeve = repository.run(...(await configFile(t, { review: { forks: true } })))
  const { body } = await repository.comment(number)
  t.regex(body, /\+ data\.color: theirs/)
})

test.serial('while the forge is away the branch is followed, and reviews come later', async (t) => {
  const { controlPlane } = t.context
  const line = await tcpLine(Number(new URL(gitea.url).port))
  t.teardown(() => line[Symbol.asyncDispose]())
  await using repository = await reviewedRepository(gitea, controlPlane, 'away', {
    'a/web.yaml': map('away', 'grey'),
  })
  line.cutAfter(0)
  const forge = ['--forge', 'gitea', '--forge-url', `http://127.0.0.1:${line.port}`]
  await using reeve = repository.run(...forge)
  t.like(await reeve.logged('open changes cannot be listed'), { level: 'warn', code: 'forge-unreachable' })
  await repository.forge.push({ files: { 'a/web.yaml': map('away', 'white') } })
  await liveWhen(controlPlane, 'default', 'configmap/away', hasColor('white'))
  await kubectl(controlPlane, 'delete', 'configmap/away')
  await liveWhen(controlPlane, 'default', 'configmap/away', hasColor('white'))
  const number = await repository.propose('blue', { 'a/web.yaml': map('away', 'blue') })
  line.mend()
  const { body } = await repository.comment(number)
  t.regex(body, /\+ data\.color: blue/)
})

test.serial('while forge and remote are away drift is put back, and reviews go on later', async (t) => {
  const { controlPlane } = t.context
  await using repository = await reviewedRepository(gitea, controlPlane, 'down', {
    'a/web.yaml': map('down', 'grey'),
  })
  await using reeve = repository.run()
  await reeve.logged('in sync')
  const number = await repository.propose('blue', { 'a/web.yaml': map('down', 'blue') })
  const { id } = await repository.comment(number)
  await gitea.stop()
  try {
    await reeve.logged('open changes cannot be listed')
    await kubectl(controlPlane, 'delete', 'configmap/down')
    await liveWhen(controlPlane, 'default', 'configmap/down', hasColor('grey'))
  } finally {
    await gitea.start()
  }
  await repository.forge.push({ branch: 'blue', files: { 'a/web.yaml': map('down', 'green') } })
  t.is((await repository.comment(number, ({ body }) => body.includes('data.color: green'))).id, id)
})

test.serial('a wrong token is named in the log, and the branch is followed', async (t) => {
  const { controlPlane } = t.context
  await using repository = await reviewedRepository(gitea, controlPlane, 'unknown', {
    'a/web.yaml': map('unknown', 'grey'),
  })
  const token = 'wrong-token'
  await using reeve = repository.runWith({ REEVE_FORGE_TOKEN: token })
  const line = await reeve.logged('open changes cannot be listed')
  t.log(line)
  t.like(line, { level: 'warn', code: 'forge-unauthorized' })
  t.regex(String(line.remedy), /write:repository/)
  await repository.forge.push({ files: { 'a/web.yaml': map('unknown', 'white') } })
  await liveWhen(controlPlane, 'default', 'configmap/unknown', hasColor('white'))
  t.false(JSON.stringify(reeve.log).includes(token))
})

/** Logs how long each step took. */
function timer(t: ExecutionContext<unknown>): (step: string) => void {
  let before = performance.now()
  return (step) => {
    const now = performance.now()
    t.log(`${step} after ${Math.round(now - before)} ms`)
    before = now
  }
}

async function newUser(name: string) {
  const password = 'a password of tests'
  const email = `${name}@forge.example`
  await gitea.call('POST', 'admin/users', {
    body: { username: name, password, email, must_change_password: false },
  })
  const scopes = ['write:repository', 'write:issue', 'read:user']
  const token = await gitea.createToken({ name, password, token: '' }, scopes)
  return { name, password, token }
}
