import test from 'ava'
import type { WebhookEvent } from '../../src/adapters/http/webhooks/webhook-event.ts'
import { requestOf } from '../../src/roles/webhook-requests.ts'

const settings = { repo: 'https://git.example.com/team/fleet.git', branch: 'main' }
const push = { kind: 'push', repository: 'team/fleet', branch: 'main' } as const
const pull = { kind: 'pull-request', repository: 'team/fleet', number: 7, targets: ['main'] } as const
const group = {
  kind: 'merge-group',
  repository: 'team/fleet',
  branch: 'q',
  commit: 'c',
  target: 'main',
} as const

const CASES: readonly (readonly [about: string, event: WebhookEvent, request: object | undefined])[] = [
  ['a push to the followed branch', push, { kind: 'poll' }],
  ['a push to another branch', { ...push, branch: 'main2' }, undefined],
  ['a push to a review branch', { ...push, branch: 'reeve/review/east' }, { kind: 'collect' }],
  ['a push to the status branch', { ...push, branch: 'reeve/status/east' }, undefined],
  ['a pull request', pull, { kind: 'review', number: 7 }],
  ['one of which the target is not told', { ...pull, targets: [] }, { kind: 'review', number: 7 }],
  [
    'one that has left the followed branch',
    { ...pull, targets: ['release', 'main'] },
    { kind: 'review', number: 7 },
  ],
  ['one of another branch', { ...pull, targets: ['release'] }, undefined],
  ['a merge queue', group, { kind: 'queue' }],
  ['that of another branch', { ...group, target: 'release' }, undefined],
  ['a ping', { kind: 'ping' }, undefined],
]

for (const [about, event, request] of CASES) {
  test(`${about} asks for ${request === undefined ? 'nothing' : JSON.stringify(request)}`, (t) => {
    t.deepEqual(requestOf(event, settings), request as never)
    if (event.kind !== 'ping')
      t.is(requestOf({ ...event, repository: 'team/other' }, settings), undefined, 'of another repository')
  })
}

for (const [repo, name, isSame] of [
  ['https://git.example.com/team/fleet', 'team/fleet', true],
  ['https://git.example.com/team/fleet.git/', 'team/fleet', true],
  ['https://git.example.com/Team/Fleet.git', 'team/fleet', true],
  ['https://git.example.com/team/fleet.git', 'Team/Fleet', true],
  ['https://gitea.gitea.svc:3000/git/team/fleet.git', 'team/fleet', true],
  ['https://git.example.com/group/sub/fleet.git', 'group/sub/fleet', true],
  ['https://git.example.com/team/my%20fleet.git', 'team/my fleet', true],
  ['https://git.example.com/team/%zz.git', 'team/fleet', false],
  ['git@git.example.com:team/fleet.git', 'team/fleet', true],
  ['ssh://git@git.example.com:2222/team/fleet.git', 'team/fleet', true],
  ['https://git.example.com/team/fleet.git', 'eam/fleet', false],
  ['https://git.example.com/team/fleet.git', 'other/team/fleet', false],
  ['https://git.example.com/team/fleet.git', '/', false],
  ['https://git.example.com/team/fleet.git', 'team/fleet/../../evil', false],
] as const) {
  test(`${name} is ${isSame ? '' : 'not '}${repo}`, (t) => {
    const request = requestOf({ ...push, repository: name }, { ...settings, repo })
    t.is(request !== undefined, isSame)
  })
}
