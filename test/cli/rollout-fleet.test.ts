import { git } from '../../src/sandbox/git-process.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { reeveWithin } from '../helpers/reeve.ts'
import { until } from '../helpers/until.ts'

const test = controlPlaneTest()

const HEALTH =
  '[{ kind: ConfigMap, healthy: "object.data.version != \'bad\'", degraded: "object.data.version == \'bad\'" }]'

const group = (name: string, version: string, rollout: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: { name: ${name} }\nspec: { template: { path: templates/chat }, version: "${version}", namespace: default, rollout: ${rollout}, health: ${HEALTH} }\n`

const groups = (version: string) => ({
  'groups/a.yaml': group('seen-a', version, '{ maxUnavailable: 1, onFailure: rollback }'),
  'groups/b.yaml': group('seen-b', version, '{ after: [{ group: seen-a, soak: 1s }] }'),
})

const member = (name: string, of: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: { name: ${name} }\nspec: { group: ${of} }\n`

async function rollout({ git: { url }, name, dataDir }: Fleet, ...args: readonly string[]) {
  return reeveWithin(['rollout', ...args, '--repo', url, '--cluster', name, '--data-dir', dataDir])
}

test('what a fleet does is seen from a terminal, and a rollback finds the version that was proven', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'seen' })
  const first = await fleet.push({
    'templates/chat/web.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "${installation.name}" }\ndata: { version: "${installation.version}" }\n',
    ...groups('1'),
    'fleet/a1.yaml': member('seen-a1', 'seen-a'),
    'fleet/a2.yaml': member('seen-a2', 'seen-a'),
    'fleet/b1.yaml': member('seen-b1', 'seen-b'),
  })
  await using reeve = fleet.run()
  await reeve.logged('in sync')
  const states = async () => {
    const { code, stdout } = await rollout(fleet, 'status', '--output', 'json')
    if (code !== 0 && code !== 3) return ''
    const told: readonly { name: string; state: string; moved: number }[] = JSON.parse(stdout).groups
    return told.map(({ name, state, moved }) => `${name} ${state} ${moved}`).join(', ')
  }
  await until('both groups to be done', async () => (await states()) === 'seen-a done 2, seen-b done 1')
  const done = await rollout(fleet, 'status', 'seen-a')
  t.is(done.code, 0, done.stderr)
  t.regex(done.stdout, new RegExp(`\\nseen-a {2}done {5}${first.slice(0, 7)} {2}█+ 2/2\\n`))
  t.regex(done.stdout, new RegExp(`\\nall 2 members are at ${first.slice(0, 7)}\\n$`))

  const bad = await fleet.push(groups('bad'), 'Chat that is bad')
  await until('the group to go back', async () => /^seen-a halted 2/.test(await states()))
  const halted = await rollout(fleet, 'status', 'seen-a')
  t.is(halted.code, 3, halted.stderr)
  t.regex(halted.stdout, new RegExp(`\\n {4}rejected ${bad.slice(0, 7)}, [^]*: seen-a1 failed`))
  const { revisions } = JSON.parse((await rollout(fleet, 'history', 'seen-a', '--output', 'json')).stdout)
  const ends = revisions.map(({ at, end }: { at: { commit: string }; end: string }) => [at.commit, end])
  t.true(
    ends.some(([commit, end]: readonly string[]) => commit === bad && end === 'gone-back'),
    JSON.stringify(ends),
  )

  const back = await rollout(fleet, 'rollback', 'seen-a', '--push', '--author', 'Ann <ann@example.com>')
  t.regex(back.stdout, new RegExp(`^Roll seen-a back to ${first.slice(0, 12)}: commit `), back.stderr)
  const text = await git(['show', 'main:groups/a.yaml'], { cwd: fleet.git.directory })
  t.is(text.trim(), groups('1')['groups/a.yaml'].trim())
})
