import { pino } from 'pino'
import { ClusterClient } from '../../../src/adapters/cluster/client.ts'
import { loadKubeConfig } from '../../../src/adapters/cluster/load-kube-config.ts'
import { passingIdentity } from '../../../src/control/lease/identity.ts'
import { LeaderLease } from '../../../src/control/lease/leader-lease.ts'
import { requestName, type WorkRequest } from '../../../src/model/work-request.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest()

/** One process's view of a Lease; the stack ends it. */
function leaderLease(
  { kubeconfig }: ControlPlane,
  repository: string,
  stack: AsyncDisposableStack,
): LeaderLease {
  const client = stack.use(new ClusterClient(() => loadKubeConfig(kubeconfig)))
  const log = pino({ level: 'silent' })
  return stack.use(new LeaderLease({ client, repository, namespace: 'default', me: passingIdentity(), log }))
}

/** A holder, with what it was asked for, and others that stand by. */
async function start(controlPlane: ControlPlane, repository: string, others: number) {
  await using starting = new AsyncDisposableStack()
  const holder = leaderLease(controlPlane, repository, starting)
  await holder.acquire(() => {})
  const got: { readonly name: string; readonly at: number }[] = []
  holder.onRequest((request) => void got.push({ name: requestName(request), at: performance.now() }))
  const end = new AbortController()
  starting.defer(() => end.abort())
  const standBys = Array.from({ length: others }, () => leaderLease(controlPlane, repository, starting))
  for (const standBy of standBys) {
    const { promise, resolve } = Promise.withResolvers<void>()
    standBy.acquire(() => resolve(), end.signal).catch(() => {})
    await promise
  }
  const stack = starting.move()
  return { holder, standBys, got, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('a request reaches the holder within moments, with its kind and number', async (t) => {
  await using scene = await start(t.context.controlPlane, 'moments', 1)
  const [standBy] = scene.standBys
  const took: number[] = []
  for (let number = 1; number <= 20; number += 1) {
    const sent = performance.now()
    await standBy?.request([{ kind: 'review', number }])
    const found = await until('the request', () => scene.got.find(({ name }) => name === `review/${number}`))
    took.push(found.at - sent)
  }
  took.sort((a, b) => a - b)
  t.log(`median ${took[10]?.toFixed(1)} ms, longest ${took.at(-1)?.toFixed(1)} ms`)
  t.true((took[10] ?? Infinity) < 5_000)
  t.is(scene.got.length, 20)
})

test('of requests that several processes pass on at once none is lost', async (t) => {
  await using scene = await start(t.context.controlPlane, 'several', 3)
  const all = scene.standBys.flatMap((standBy, index) =>
    Array.from({ length: 10 }, (_, at): readonly [LeaderLease, WorkRequest] => [
      standBy,
      { kind: 'review', number: index * 10 + at + 1 },
    ]),
  )
  await Promise.all(all.map(([standBy, request]) => standBy.request([request, { kind: 'poll' }])))
  const numbers = () => new Set(scene.got.map(({ name }) => name).filter((name) => name !== 'poll')).size
  await until('all of them', () => numbers() === 30)
  t.true(scene.got.some(({ name }) => name === 'poll'))
})

test('the next holder does not repeat what the one before was asked for', async (t) => {
  await using scene = await start(t.context.controlPlane, 'next', 1)
  const [standBy] = scene.standBys
  const got: WorkRequest[] = []
  standBy?.onRequest((request) => void got.push(request))
  await standBy?.request([{ kind: 'collect' }])
  await until('the request', () => scene.got.length > 0)
  await scene.holder[Symbol.asyncDispose]()
  await until('the next holder', () => isHolder(standBy))
  await using stack = new AsyncDisposableStack()
  const third = leaderLease(t.context.controlPlane, 'next', stack)
  const end = new AbortController()
  const { promise, resolve } = Promise.withResolvers<void>()
  third.acquire(() => resolve(), end.signal).catch(() => {})
  await promise
  await third.request([{ kind: 'queue' }])
  await until('a request', () => got.length > 0)
  end.abort()
  t.deepEqual(got, [{ kind: 'queue' }])
})

function isHolder(lease: LeaderLease | undefined): boolean {
  try {
    lease?.confirm()
    return lease !== undefined
  } catch {
    return false
  }
}
