import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { configMap } from '../helpers/manifests.ts'
import type { ReeveProcess } from '../helpers/reeve.ts'
import { type SlowRemote, slowRemote } from '../helpers/slow-remote.ts'

const test = controlPlaneTest()

/** A Reeve that is in sync, and asks the remote again only when it is told to. */
interface Scene extends AsyncDisposable {
  readonly fleet: Fleet
  readonly remote: SlowRemote
  readonly running: ReeveProcess
  /** Pushes another value. @returns the commit */
  push(value: string): Promise<string>
  hangUp(): void
  /** Resolves when a commit is followed. */
  follows(commit: string): Promise<unknown>
}

async function start(controlPlane: ControlPlane, name: string): Promise<Scene> {
  const stack = new AsyncDisposableStack()
  const fleet = stack.use(await startFleet(controlPlane, { name }))
  const remote = stack.use(await slowRemote(fleet.git))
  const push = (value: string) => fleet.push({ 'acme/a.yaml': configMap('default', name, { value }) })
  await push('first')
  const running = stack.use(fleet.run('--repo', remote.url, '--interval', '24h'))
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  return {
    fleet,
    remote,
    running,
    push,
    hangUp: () => running.signal('SIGHUP'),
    follows: (commit) => fleet.recorded('acme', (record) => record.commit === commit, 60_000),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('a SIGHUP after each of many pushes in quick succession leads to the last of them', async (t) => {
  await using scene = await start(t.context.controlPlane, 'hups')
  let last = ''
  for (let value = 0; value < 12; value += 1) {
    last = await scene.push(`${value}`)
    scene.hangUp()
    if (value % 3 === 0) await scene.follows(last)
  }
  await scene.follows(last)
  t.pass()
})

test('a SIGHUP while a commit is fetched leads to the one that was pushed meanwhile', async (t) => {
  await using scene = await start(t.context.controlPlane, 'hup-fetch')
  const fetch = scene.remote.hold('fetch')
  const older = await scene.push('older')
  scene.hangUp()
  await fetch.answered
  const newer = await scene.push('newer')
  for (let times = 0; times < 5; times += 1) scene.hangUp()
  fetch.release()
  await scene.follows(newer)
  const commits = scene.running.log.filter(({ msg }) => msg === 'new commit').map(({ commit }) => commit)
  t.deepEqual(commits.slice(1), [older, newer])
})

test('a SIGHUP while the remote is asked leads to what was pushed after it had answered', async (t) => {
  await using scene = await start(t.context.controlPlane, 'hup-ask')
  const ask = scene.remote.hold('advertise')
  scene.hangUp()
  await ask.answered
  const commit = await scene.push('after the answer')
  scene.hangUp()
  ask.release()
  await scene.follows(commit)
  t.pass()
})
