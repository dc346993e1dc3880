import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dump, load } from 'js-yaml'
import type { LiveObject } from '../../src/model/object.ts'
import { git } from '../../src/sandbox/git-process.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { groupRecorded } from '../helpers/group-recorded.ts'
import { kubectl, live, liveWhen } from '../helpers/live.ts'
import { group, isAt, members, TEMPLATE } from '../helpers/rollout-documents.ts'

const test = controlPlaneTest()

type Document = Record<string, unknown>

test('who can push to the status branch forges no soak, and brings no member to what is not proven', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'forged' })
  const canary = (version: string) => group('fa', version, '{}')
  const late = (version: string) => group('fb', version, '{ after: [{ group: fa, soak: 100d }] }')
  await fleet.push({
    ...TEMPLATE,
    'groups/a.yaml': canary('1'),
    'groups/b.yaml': late('1'),
    ...members('fa', 'fa-1'),
    ...members('fb', 'fb-1'),
  })
  {
    await using reeve = fleet.run()
    await reeve.logged('in sync')
    await liveWhen(controlPlane, 'default', 'configmap/fb-1', isAt('1'))
    await groupRecorded(fleet, 'fb', ({ state }) => state === 'done')
    await fleet.push({ 'groups/a.yaml': canary('2'), 'groups/b.yaml': late('2') })
    await liveWhen(controlPlane, 'default', 'configmap/fa-1', isAt('2'))
    await groupRecorded(fleet, 'fb', ({ state }) => state === 'waiting')
    await fleet.recorded('fa-1', ({ state, version }) => state === 'healthy' && version === '2')
  }
  await using branch = await statusBranch(fleet.git.directory, fleet.statusBranch)
  const ago = '2020-01-01T00:00:00.000Z'
  const canaryFile = await branch.read('groups/fa.yaml')
  const { at } = canaryFile.record as { at: Document }
  const proof = { commit: at.commit, digest: at.digest, soakedMs: 1e12 }
  await branch.write('groups/fa.yaml', {
    ...canaryFile,
    record: {
      ...(canaryFile.record as Document),
      wellSince: ago,
      proofs: [proof],
      written: '2990-01-01T00:00:00.000Z',
    },
  })
  const lateFile = await branch.read('groups/fb.yaml')
  await branch.write('groups/fb.yaml', {
    ...lateFile,
    record: {
      ...(lateFile.record as Document),
      at: { ...at, since: ago },
      written: '2990-01-01T00:00:00.000Z',
    },
  })
  const member = await branch.read('installations/fb-1.yaml')
  const inherits = { ...(member.inherits as Document), commit: at.commit, digest: at.digest }
  await branch.write('installations/fb-1.yaml', { ...member, inherits })
  await branch.push()
  // Without its own copy of anything, and without what it remembers in the cluster.
  await rm(fleet.dataDir, { recursive: true })
  await kubectl(controlPlane, 'delete', 'configmaps', '-n', 'default', '-l', 'reeve.dev/rollouts-of=forged')
  await using again = fleet.run()
  await again.logged('in sync')
  const { waits } = await groupRecorded(
    fleet,
    'fb',
    ({ state, record }) => state === 'waiting' && !JSON.stringify(record).includes('2990-'),
  )
  t.regex(waits ?? '', /fa must prove it first/)
  t.true(isAt('1')((await live(controlPlane, 'default', 'configmap/fb-1')) as LiveObject))
})

/** A clone of the status branch, as anyone has it who may push there. */
async function statusBranch(remote: string, branch: string) {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-forged-'))
  await git(['clone', '--quiet', '--branch', branch, remote, directory])
  const run = (...args: string[]) => git(args, { cwd: directory })
  return {
    read: async (path: string) => load(await readFile(join(directory, path), 'utf8')) as Document,
    write: (path: string, document: Document) => writeFile(join(directory, path), dump(document)),
    push: async () => {
      await run(
        '-c',
        'user.name=Mallory',
        '-c',
        'user.email=m@example.com',
        'commit',
        '--quiet',
        '-am',
        'Forge',
      )
      await run('push', '--quiet', 'origin', branch)
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  }
}
