import test from 'ava'
import { FaultError } from '../../../src/model/fault.ts'
import { editedFiles } from '../../../src/stages/edit/edited-files.ts'
import { rolloutEdit } from '../../../src/stages/edit/rollout-edits.ts'
import type { EditRequest } from '../../../src/stages/edit/rollout-request.ts'
import { declared, type Files, group, installation, TEMPLATE } from './declared.ts'

const COMMIT = 'c0ffee'.padEnd(40, '1')

const FLEET: Files = {
  'groups.yaml': [
    group('fleet', '  template: {path: templates/chat}\n  rollout:\n    maxUnavailable: 3 # at once\n'),
    group('canary', '  group: fleet\n  rollout: {paused: true, skip: [idle]}\n'),
    group('late', '  group: fleet\n  version: "1"\n'),
  ].join('---\n'),
  'acme.yaml': installation('acme', '  group: late\n  version: "2" # theirs\n'),
  'idle.yaml': installation('idle', '  group: canary\n'),
  'plain/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n',
  'templates/chat/a.yaml': TEMPLATE,
}

async function edited(request: EditRequest, files: Files = FLEET, root = ''): Promise<unknown> {
  const { tree, snapshot } = await declared(files, root)
  try {
    return Object.fromEntries(await editedFiles(snapshot, rolloutEdit(tree, request)))
  } catch (error) {
    if (!(error instanceof FaultError)) throw error
    return error.message
  }
}

const groups = (from: string, to: string) => ({ 'groups.yaml': FLEET['groups.yaml']?.replace(from, to) })

test('a group is paused in its document, and resumed', async (t) => {
  t.deepEqual(await edited({ verb: 'pause', group: 'fleet' }), {
    ...groups('at once\n', 'at once\n    paused: true\n'),
  })
  t.deepEqual(await edited({ verb: 'resume', group: 'canary' }), groups('paused: true, ', ''))
})

test('what is so already changes nothing', async (t) => {
  t.deepEqual(await edited({ verb: 'pause', group: 'canary' }), {})
  t.deepEqual(await edited({ verb: 'resume', group: 'fleet' }), {})
  t.deepEqual(await edited({ verb: 'skip', group: 'canary', member: 'idle' }), {})
  t.deepEqual(await edited({ verb: 'unskip', group: 'fleet', member: 'acme' }), {})
  t.deepEqual(await edited({ verb: 'unpin', installation: 'acme' }), {})
})

test('a member of a group inside is skipped, and no longer', async (t) => {
  t.deepEqual(
    await edited({ verb: 'skip', group: 'fleet', member: 'acme' }),
    groups('at once\n', 'at once\n    skip:\n      - acme\n'),
  )
  t.deepEqual(await edited({ verb: 'unskip', group: 'canary', member: 'idle' }), groups(', skip: [idle]', ''))
})

test('an installation is pinned, and unpinned', async (t) => {
  const pinned = await edited({ verb: 'pin', installation: 'acme', to: COMMIT })
  t.deepEqual(pinned, { 'acme.yaml': `${FLEET['acme.yaml']}  revision: ${COMMIT}\n` })
  const files = { ...FLEET, ...(pinned as Files) }
  t.deepEqual(await edited({ verb: 'pin', installation: 'acme', to: COMMIT }, files), {})
  t.deepEqual(await edited({ verb: 'unpin', installation: 'acme' }, files), {
    'acme.yaml': FLEET['acme.yaml'],
  })
  const { tree } = await declared(files)
  t.is(tree.sources.get('acme')?.draft.document?.document.revision, COMMIT)
  t.deepEqual(tree.declarations.get('acme')?.declaration.faults, [])
})

test('paths are from the root of the repository', async (t) => {
  const files = Object.fromEntries(Object.entries(FLEET).map(([path, text]) => [`eu/${path}`, text]))
  t.deepEqual(Object.keys((await edited({ verb: 'pause', group: 'fleet' }, files, 'eu')) as Files), [
    'eu/groups.yaml',
  ])
})

test('a rollout that a merge key pauses is resumed', async (t) => {
  const files = {
    'g.yaml': group('g', '  values: &r {paused: true}\n  rollout:\n    <<: *r\n    maxUnavailable: 1\n'),
  }
  t.deepEqual(await edited({ verb: 'resume', group: 'g' }, files), {
    'g.yaml': `${files['g.yaml']}    paused: false\n`,
  })
})

for (const [request, told] of [
  [{ verb: 'pause', group: 'fleat' }, 'no such InstallationGroup: fleat; did you mean fleet?'],
  [
    { verb: 'pause', group: 'late' },
    'groups.yaml:16: the group has no rollout of its own: late; its members follow that of fleet',
  ],
  [{ verb: 'skip', group: 'fleet', member: 'acne' }, 'no such installation: acne; did you mean acme?'],
  [
    { verb: 'skip', group: 'fleet', member: 'idle' },
    'the installation does not follow the rollout of the group: idle, which follows the rollout of canary, not that of fleet',
  ],
  [
    { verb: 'unskip', group: 'canary', member: 'plain' },
    'the installation does not follow the rollout of the group: plain, which follows no rollout, not that of canary',
  ],
  [
    { verb: 'pin', installation: 'plain', to: COMMIT },
    'plain/a.yaml:1: the installation has no Installation document: plain',
  ],
  [{ verb: 'unpin', installation: 'acne' }, 'no such installation: acne; did you mean acme?'],
] as const satisfies readonly (readonly [EditRequest, string])[])
  test(`${Object.values(request).join(' ')} is told: ${told}`, async (t) => {
    t.is(await edited(request), told)
  })

test('a document that cannot be read says why', async (t) => {
  const files = { 'g.yaml': group('g', '  rollout: {paused: maybe}\n') }
  t.regex(String(await edited({ verb: 'pause', group: 'g' }, files)), /^g\.yaml:5: .*paused/)
})

test('an alias is left to a person', async (t) => {
  const alias = { 'g.yaml': group('g', '  values: &r {order: ring}\n  rollout: *r\n') }
  const told = 'g.yaml:1: the document cannot be edited in place'
  t.is(await edited({ verb: 'pause', group: 'g' }, alias), told)
})
