import { createRequire } from 'node:module'
import test from 'ava'
import { FaultError, fault } from '../../../../src/model/fault.ts'
import {
  fromForgejo,
  fromGitea,
  fromGithub,
  fromGitlab,
  fromGitlabSigned,
  mergeRequest,
  pullRequest,
  push,
  type SentWebhook,
  send,
} from '../../../helpers/webhooks.ts'
import { serveWebhooks } from './serve-webhooks.ts'

const SECRET = 'a secret that nobody guesses'
const TOKEN = 'whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q='
const NAME = 'team/fleet'
const COMMIT = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d'

interface Example {
  readonly name: string
  readonly examples: readonly Record<string, unknown>[]
}

const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Example[]

const pushed = { kind: 'push', repository: NAME, branch: 'main', commit: COMMIT }
const reviewed = { kind: 'pull-request', repository: NAME, number: 12, targets: ['main'] }

const CASES: readonly (readonly [about: string, sent: () => SentWebhook, event: object])[] = [
  ['a push of GitHub', () => fromGithub('push', push(NAME, 'main'), SECRET), pushed],
  ['a push of GitHub as a form', () => fromGithub('push', push(NAME, 'main'), SECRET, true), pushed],
  ['a push of Gitea', () => fromGitea('push', push(NAME, 'main'), SECRET), pushed],
  ['a push of Gitea as a form', () => fromGitea('push', push(NAME, 'main'), SECRET, true), pushed],
  ['a push of Forgejo', () => fromForgejo('push', push(NAME, 'main'), SECRET), pushed],
  ['a push of GitLab', () => fromGitlab('Push Hook', push(NAME, 'main'), SECRET), pushed],
  ['a push of GitLab, signed', () => fromGitlabSigned('Push Hook', push(NAME, 'main'), TOKEN), pushed],
  [
    'a push that GitLab sends as a system hook',
    () => fromGitlab('System Hook', push(NAME, 'main'), SECRET),
    pushed,
  ],
  [
    'a pull request of GitHub',
    () => fromGithub('pull_request', pullRequest(NAME, 'opened'), SECRET),
    reviewed,
  ],
  ['one of Gitea', () => fromGitea('pull_request', pullRequest(NAME, 'synchronized'), SECRET), reviewed],
  ['one of GitLab', () => fromGitlab('Merge Request Hook', mergeRequest(NAME, 'update'), SECRET), reviewed],
  [
    'a branch with odd signs',
    () => fromGithub('push', push(NAME, 'a/ü"\u2028%20'), SECRET),
    { branch: 'a/ü"\u2028%20' },
  ],
]

for (const [about, sent, event] of CASES) {
  test(`${about} is accepted, and its work begins`, async (t) => {
    const served = await serveWebhooks(t, async () => ['an older secret', SECRET, TOKEN])
    const response = await send(served.url, sent())
    t.is(response.status, 202)
    t.is(await response.text(), 'accepted\n')
    t.is(served.done.length, 1)
    t.like(served.done[0], event)
    t.deepEqual(served.results(), ['accepted'])
  })
}

test('the examples of GitHub are verified, and answered by what they are', async (t) => {
  const served = await serveWebhooks(t, async () => [SECRET])
  const wanted = { push: [], pull_request: [], merge_group: [], ping: [], issues: [] } as Record<
    string,
    number[]
  >
  for (const { name, examples: bodies } of examples.filter(({ name }) => name in wanted)) {
    for (const body of bodies.map(fresh)) {
      const { status } = await send(served.url, fromGithub(name, body, SECRET))
      t.true([200, 202].includes(status), `${name} ${body.action ?? body.ref}`)
      wanted[name]?.push(status)
    }
  }
  const accepted = (name: string) => wanted[name]?.filter((status) => status === 202).length ?? 0
  t.is(accepted('merge_group'), 2)
  t.is(accepted('push'), 2, 'of branches, and not of tags')
  t.is(accepted('issues'), 0)
  t.true(accepted('pull_request') >= 5)
  t.like(
    served.done.find(({ kind }) => kind === 'merge-group'),
    {
      repository: 'octo-org/octo-repo',
      branch: 'gh-readonly-queue/main/pr-104-929f8209d40f77f4abc622a499c93a83babdbe64',
      commit: '2ffea6db159f6b6c47a24e778fb9ef40cf6b1c7d',
      target: 'main',
    },
  )
})

/** An example as if it happened now. */
function fresh(body: Record<string, unknown>): Record<string, unknown> {
  const { repository, pull_request } = body as Record<string, object | undefined>
  const now = new Date()
  return {
    ...body,
    ...(repository && { repository: { ...repository, pushed_at: now.getTime() / 1_000 } }),
    ...(pull_request && { pull_request: { ...pull_request, updated_at: now.toISOString() } }),
  }
}

for (const [about, sent] of [
  [
    'GitHub',
    (action: string, more?: object) => fromGithub('pull_request', pullRequest(NAME, action, more), SECRET),
  ],
  [
    'Gitea',
    (action: string, more?: object) => fromGitea('pull_request', pullRequest(NAME, action, more), SECRET),
  ],
] as const) {
  test(`of what happens to a pull request of ${about} that matters which changes what merging does`, async (t) => {
    const served = await serveWebhooks(t, async () => [SECRET])
    const status = async (action: string, more?: object) =>
      (await send(served.url, sent(action, more))).status
    const matter = [
      'opened',
      'synchronize',
      'synchronized',
      'reopened',
      'closed',
      'merged',
      'ready_for_review',
    ]
    for (const action of matter) t.is(await status(action), 202, action)
    for (const action of [
      'labeled',
      'assigned',
      'edited',
      'label_updated',
      'reviewed',
      'locked',
      '',
      'constructor',
    ])
      t.is(await status(action), 200, action)
    t.is(await status('edited', { changes: { title: { from: 'a' } } }), 200)
    t.is(await status('edited', { changes: { base: { ref: { from: 'release' } } } }), 202)
    t.is(await status('edited', { changes: { ref: { from: 'release' } } }), 202)
    t.like(served.done.at(-1), { targets: ['main', 'release'] })
  })
}

test('of what happens to a merge request that matters which changes what merging does', async (t) => {
  const served = await serveWebhooks(t, async () => [SECRET])
  const status = async (action: string) =>
    (await send(served.url, fromGitlab('Merge Request Hook', mergeRequest(NAME, action), SECRET))).status
  for (const action of ['open', 'reopen', 'update', 'close', 'merge']) t.is(await status(action), 202, action)
  for (const action of ['approved', 'unapproved', 'approval', '']) t.is(await status(action), 200, action)
})

test('the deletion of a branch is a push without a commit', async (t) => {
  const served = await serveWebhooks(t, async () => [SECRET])
  t.is((await send(served.url, fromGitea('push', push(NAME, 'main', '0'.repeat(40)), SECRET))).status, 202)
  t.false('commit' in (served.done[0] ?? {}))
})

test('a new secret counts at once, beside the old one until that is removed', async (t) => {
  let secrets = ['old']
  const served = await serveWebhooks(t, async () => secrets)
  const status = async (secret: string) =>
    (await send(served.url, fromGithub('push', push(NAME, 'main'), secret))).status
  t.deepEqual([await status('old'), await status('new')], [202, 401])
  secrets = ['old', 'new']
  t.deepEqual([await status('old'), await status('new')], [202, 202])
  secrets = ['new']
  t.deepEqual([await status('old'), await status('new')], [401, 202])
})

test('without a secret that can be read none is accepted, and it is told why', async (t) => {
  const served = await serveWebhooks(t, async () => {
    throw new FaultError(fault('webhook-secret-unusable', 'file is empty'))
  })
  const response = await send(served.url, fromGithub('push', push(NAME, 'main'), ''))
  t.is(response.status, 503)
  t.notRegex(await response.text(), /file/)
  t.like(served.handled[0], { result: 'failed', failure: { fault: { code: 'webhook-secret-unusable' } } })
})

test('a delivery is known again by its id; the same push of GitLab a second time is another', async (t) => {
  const served = await serveWebhooks(t, async () => [SECRET])
  const payload = push(NAME, 'main')
  const first = fromGitlab('Push Hook', payload, SECRET)
  t.is((await send(served.url, first)).status, 202)
  t.is((await send(served.url, first)).status, 200)
  t.is((await send(served.url, fromGitlab('Push Hook', payload, SECRET))).status, 202)
  t.deepEqual(served.results(), ['accepted', 'repeated', 'accepted'])
})
