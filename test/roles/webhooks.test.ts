import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { startReaper } from '../../src/sandbox/reaper.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { liveWhen } from '../helpers/live.ts'
import { configMap } from '../helpers/manifests.ts'
import type { ReeveProcess } from '../helpers/reeve.ts'
import { until } from '../helpers/until.ts'
import { fromGitea, fromGithub, fromGitlab, push, type SentWebhook, send } from '../helpers/webhooks.ts'

const test = controlPlaneTest()

const SECRET = 'a secret that nobody guesses'

/** A fleet, and Reeves that ask the remote only when told to. */
interface Scene extends AsyncDisposable {
  readonly fleet: Fleet
  /** Full name of the repository on its forge. */
  readonly repository: string
  readonly secretFile: string
  run(...more: string[]): Promise<{ readonly running: ReeveProcess; readonly url: string }>
  /** Pushes another value. */
  push(value: string): Promise<string>
  /** Resolves when the cluster has the value. */
  hasValue(value: string): Promise<unknown>
}

async function start(t: ExecutionContext, controlPlane: ControlPlane, name: string): Promise<Scene> {
  const stack = new AsyncDisposableStack()
  t.teardown(() => stack.disposeAsync())
  const fleet = stack.use(await startFleet(controlPlane, { name }))
  const reaper = startReaper()
  stack.defer(() => reaper.close())
  const directory = await mkdtemp(join(tmpdir(), 'reeve-webhooks-'))
  reaper.guardDirectory(directory)
  const secretFile = join(directory, 'secret')
  await writeFile(secretFile, `${SECRET}\n`)
  const pushValue = (value: string) => fleet.push({ 'acme/a.yaml': configMap('default', name, { value }) })
  await pushValue('first')
  return {
    fleet,
    repository: new URL(fleet.git.url).pathname.slice(1).replace(/\.git$/, ''),
    secretFile,
    async run(...more) {
      const running = stack.use(
        fleet.run(
          ...['--interval', '1h', '--listen', '127.0.0.1:0', '--webhook-secret-file', secretFile],
          ...more,
        ),
      )
      const { url } = await running.logged('serving probes and metrics')
      return { running, url: String(url) }
    },
    push: pushValue,
    hasValue: (value) =>
      liveWhen(controlPlane, 'default', `configmap/${name}`, ({ data }) =>
        JSON.stringify(data).includes(`"${value}"`),
      ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('a push that a webhook tells of is live without waiting for the interval', async (t) => {
  await using scene = await start(t, t.context.controlPlane, 'hook')
  const { repository } = scene
  const { running, url } = await scene.run()
  await running.logged('in sync')
  const forges: readonly (readonly [value: string, sent: SentWebhook])[] = [
    ['of GitHub', fromGithub('push', push(repository, 'main'), SECRET)],
    ['of Gitea', fromGitea('push', push(repository, 'main'), SECRET)],
    ['of GitLab', fromGitlab('Push Hook', push(repository, 'main'), SECRET)],
  ]
  for (const [value, sent] of forges) {
    await scene.push(value)
    const began = performance.now()
    t.is((await send(url, sent)).status, 202)
    await scene.hasValue(value)
    t.log(`${value}: live after at most ${Math.round(performance.now() - began)} ms`)
  }
  const metrics = await (await fetch(`${url}/metrics`)).text()
  for (const forge of ['github', 'gitea', 'gitlab'])
    t.true(metrics.includes(`reeve_webhooks_total{forge="${forge}",result="accepted"} 1\n`), forge)
  t.is(running.log.filter(({ msg }) => msg === 'webhook accepted').length, 3)
})

test('a webhook that is ahead of what the remote answers leads to the push all the same', async (t) => {
  await using scene = await start(t, t.context.controlPlane, 'hook-ahead')
  const { running, url } = await scene.run()
  await running.logged('status commit')
  const before = requestsForHead(scene.fleet)
  t.is((await send(url, fromGithub('push', push(scene.repository, 'main'), SECRET))).status, 202)
  await until('the remote to be asked', () => requestsForHead(scene.fleet) > before)
  await scene.push('after the answer')
  await scene.hasValue('after the answer')
  const metrics = await (await fetch(`${url}/metrics`)).text()
  t.regex(metrics, /^reeve_polls_total\{result="changed"\} 2$/m)
})

test('what is forged, of another repository or of another branch is counted, and asks the remote for nothing', async (t) => {
  await using scene = await start(t, t.context.controlPlane, 'hook-not')
  const { repository } = scene
  const { running, url } = await scene.run()
  await running.logged('in sync')
  const status = async (sent: SentWebhook) => (await send(url, sent)).status
  t.is(await status(fromGithub('push', push(repository, 'main'), 'wrong')), 401)
  t.is(await status(fromGithub('push', push('team/other', 'main'), SECRET)), 200)
  t.is(await status(fromGithub('push', push(repository, 'other'), SECRET)), 200)
  t.is(await status(fromGithub('ping', { zen: 'Keep it simple.' }, SECRET)), 200)
  await scene.push('later')
  t.is(await status(fromGithub('push', push(repository, 'main'), SECRET)), 202)
  await scene.hasValue('later')
  const metrics = await (await fetch(`${url}/metrics`)).text()
  t.regex(metrics, /^reeve_webhooks_total\{forge="github",result="forged"\} 1$/m)
  t.regex(metrics, /^reeve_webhooks_total\{forge="github",result="ignored"\} 3$/m)
  t.regex(metrics, /^reeve_polls_total\{result="changed"\} 2$/m)
  t.notRegex(metrics, /^reeve_polls_total\{result="unchanged"\}/m)
  const refused = running.log.filter(({ msg }) => msg === 'webhook refused')
  t.like(refused, [{ level: 'warn', forge: 'github', result: 'forged', address: '127.0.0.1' }])
  t.false(JSON.stringify(running.log).includes(SECRET))
})

test('the file of the secret is read at each use; where it is empty none is accepted', async (t) => {
  await using scene = await start(t, t.context.controlPlane, 'hook-secret')
  const { running, url } = await scene.run()
  await running.logged('in sync')
  const status = async (secret: string) =>
    (await send(url, fromGithub('push', push(scene.repository, 'main'), secret))).status
  t.is(await status('new'), 401)
  await writeFile(scene.secretFile, `${SECRET}\r\n\r\nnew\r\n`)
  t.deepEqual([await status('new'), await status(SECRET)], [202, 202])
  await writeFile(scene.secretFile, '\n')
  t.is(await status(''), 503)
  t.like(await running.logged('webhooks cannot be verified'), {
    level: 'error',
    code: 'webhook-secret-unusable',
  })
})

test('without a secret there is no endpoint; one of the environment is enough', async (t) => {
  await using scene = await start(t, t.context.controlPlane, 'hook-none')
  const sent = () => fromGithub('push', push(scene.repository, 'main'), SECRET)
  const listen = ['--interval', '1h', '--listen', '127.0.0.1:0']
  await using without = scene.fleet.run(...listen)
  t.is((await send(await urlOf(without), sent())).status, 404)
  without.signal('SIGTERM')
  await without.exited
  process.env.REEVE_WEBHOOK_SECRET = SECRET // for this one alone, which inherits it at once
  await using withIt = scene.fleet.run(...listen)
  delete process.env.REEVE_WEBHOOK_SECRET
  t.is((await send(await urlOf(withIt), sent())).status, 202)
})

/** How often the remote was asked for the heads of branches. */
function requestsForHead({ git }: Fleet): number {
  return git.requests.filter(
    ({ command, service }) => command === 'advertise' && service === 'git-upload-pack',
  ).length
}

async function urlOf(running: ReeveProcess): Promise<string> {
  return String((await running.logged('serving probes and metrics')).url)
}

test('a webhook that reaches a process that stands by reaches the leader, which acts', async (t) => {
  await using scene = await start(t, t.context.controlPlane, 'hook-standby')
  const { fleet, repository } = scene
  const { running: leader } = await scene.run()
  await leader.logged('status commit')
  const other = await mkdtemp(join(tmpdir(), 'reeve-second-'))
  const reaper = startReaper()
  reaper.guardDirectory(other)
  t.teardown(() => reaper.close())
  const { running: standBy, url } = await scene.run('--data-dir', other)
  await standBy.logged('standing by')
  const asked = () => requestsForHead(fleet)
  const took: number[] = []
  for (let round = 0; round < 5; round += 1) {
    const before = asked()
    const began = performance.now()
    t.is((await send(url, fromGithub('push', push(repository, 'main'), SECRET))).status, 202)
    await until('the leader to ask the remote', () => asked() > before, 30_000, 1)
    took.push(performance.now() - began)
  }
  took.sort((a, b) => a - b)
  t.log(`from the webhook to the request to the remote: ${took.map((ms) => Math.round(ms)).join(', ')} ms`)
  t.true((took[2] ?? Infinity) < 5_000)
  await scene.push('passed on')
  t.is((await send(url, fromGithub('push', push(repository, 'main'), SECRET))).status, 202)
  await scene.hasValue('passed on')
  t.false(standBy.log.some(({ msg }) => msg === 'new commit'))
})
