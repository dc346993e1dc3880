import test, { type ExecutionContext } from 'ava'
import type { Forge, PullRequest } from '../../../src/adapters/forge/forge.ts'
import type { Proposal } from '../../../src/control/review/proposals.ts'
import { Publisher } from '../../../src/control/review/publisher.ts'
import { ReviewBranch } from '../../../src/control/review/review-branch.ts'
import { createLog } from '../../../src/support/telemetry/log.ts'
import { gitScene } from '../../adapters/git/set-up.ts'
import { HEAD, review, TARGET } from '../../stages/review/sample-reviews.ts'

const { signal } = new AbortController()
const plannedLater = { plannedAt: '2026-11-30T10:00:00Z', commits: { head: HEAD, target: '1'.repeat(40) } }

test('a plan that says what is told already writes nothing, on the forge or to the branch', async (t) => {
  const { publisher, calls, pushes, branch } = await publishing(t)
  await publisher.publish(PROPOSAL, review(), signal)
  await branch.flush()
  t.deepEqual(calls.splice(0), ['comment', 'putComment', 'putStatus', 'putAnnotations'])
  const before = pushes()
  await publisher.publish(PROPOSAL, review(plannedLater), signal)
  await publisher.retell(signal)
  await branch.flush()
  t.deepEqual(calls, [])
  t.is(pushes(), before)

  await publisher.publish(PROPOSAL, review({ conflicts: ['a.yaml'] }), signal)
  await branch.flush()
  t.deepEqual(calls, ['putComment', 'putStatus', 'putAnnotations'])
  t.true(pushes() > before)
})

test('what the forge did not take is told again, although the plan is the same', async (t) => {
  const { publisher, calls, fail } = await publishing(t)
  fail('putStatus')
  await t.throwsAsync(publisher.publish(PROPOSAL, review(), signal), { message: 'putStatus' })
  calls.length = 0
  await publisher.publish(PROPOSAL, review(plannedLater), signal)
  t.deepEqual(calls, ['putStatus', 'putAnnotations'])
})

test('a process that starts anew writes no review that an earlier one left', async (t) => {
  const first = await publishing(t)
  await first.publisher.publish(PROPOSAL, review(), signal)
  await first.branch.flush()
  const before = first.pushes()
  const second = await first.again()
  await second.publisher.publish(PROPOSAL, review(plannedLater), signal)
  await second.branch.flush()
  t.is(first.pushes(), before)
})

const PULL_REQUEST: PullRequest = {
  number: 7,
  title: 'Blue',
  author: 'ann',
  url: 'https://git.example.com/team/fleet/pulls/7',
  target: 'main',
  branch: 'blue',
  head: HEAD,
  ref: 'refs/pull/7/head',
  isFork: false,
  state: 'open',
}
const PROPOSAL: Proposal = {
  name: '7',
  head: HEAD,
  ref: PULL_REQUEST.ref,
  isFork: false,
  pullRequest: PULL_REQUEST,
}

/** A publisher onto a real branch, and a forge that keeps what it is asked. */
async function publishing(t: ExecutionContext) {
  const scene = await gitScene(t)
  await scene.push({ 'a.txt': TARGET })
  const repository = await scene.open()
  const log = await createLog({ level: 'error', format: 'json' })
  const calls: string[] = []
  const failing = new Set<string>()
  const called = async <T>(name: string, result: T): Promise<T> => {
    calls.push(name)
    if (failing.delete(name)) throw new Error(name)
    return result
  }
  const forge: Forge = {
    kind: 'gitea',
    openPullRequests: () => called('openPullRequests', []),
    pullRequest: () => called('pullRequest', PULL_REQUEST),
    putComment: () => called('putComment', 'written'),
    comment: () => called('comment', undefined),
    putStatus: () => called('putStatus', 'written'),
    putAnnotations: () => called('putAnnotations', 'written'),
    latest: () => called('latest', undefined),
    open: () => called('open', PULL_REQUEST),
    filePage: (branch, file) => `https://git.example/fleet/${branch}/${file}`,
    [Symbol.asyncDispose]: async () => {},
  }
  const start = async () => {
    const branch = new ReviewBranch({ repository, branch: 'reeve/review/eu', cluster: 'eu', log })
    t.teardown(() => branch[Symbol.asyncDispose]())
    await branch.load()
    const publisher = new Publisher({
      forge: () => forge,
      branch,
      name: 'default',
      others: () => ({ reviews: [], silent: [] }),
      onError: (_, error) => t.fail(String(error)),
    })
    t.teardown(() => publisher[Symbol.dispose]())
    return { branch, publisher }
  }
  return {
    ...(await start()),
    again: start,
    calls,
    fail: (name: string) => failing.add(name),
    pushes: () => scene.server.requests.filter(({ path }) => path.endsWith('/git-receive-pack')).length,
  }
}
