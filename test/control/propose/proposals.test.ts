import type { ExecutionContext } from 'ava'
import { digestOf } from '../../../src/adapters/source/charts/digest.ts'
import { packageChart } from '../../adapters/source/package-chart.ts'
import { type Scene, scene } from '../../adapters/source/scene.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../../helpers/fleet.ts'
import { liveWhen } from '../../helpers/live.ts'
import { configMap } from '../../helpers/manifests.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest()

const BRANCH = 'reeve/lock/main'

const packed = (version: string) =>
  packageChart({
    'Chart.yaml': `apiVersion: v2\nname: redis\nversion: ${version}\n`,
    'templates/a.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "{{ .Release.Name }}"}\ndata: {version: ${version}}\n`,
  })

function serve({ replies, url }: Scene, ...versions: readonly string[]): string {
  const redis = versions.map((version) => ({ version, urls: [`redis-${version}.tgz`] }))
  replies.set('/repo/index.yaml', JSON.stringify({ entries: { redis } }))
  for (const version of versions) replies.set(`/repo/redis-${version}.tgz`, packed(version))
  return `${url}/repo`
}

const installation = (name: string, repository: string, version: string) => ({
  [`${name}.yaml`]: `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: {template: {chart: {repository: "${repository}", name: redis, version: "${version}"}}}\n`,
})

const lockFile = (repository: string, range: string, version: string) =>
  `# Written by \`reeve lock\`: the versions that ranges stand for.\ncharts:\n  - repository: ${repository}\n    name: redis\n    range: ${range}\n    version: ${version}\n    digest: ${digestOf(packed(version))}\n`

/** The commit that the branch is at, when it is another than before. */
async function proposed({ work }: Fleet, before?: string, branch = BRANCH): Promise<string> {
  let head = ''
  await until(
    'the proposal',
    async () => {
      await work.run('fetch', '--quiet', '--prune', 'origin')
      head = (await work.tryRun('rev-parse', '--verify', '--quiet', `origin/${branch}`)).stdout.trim()
      return head !== '' && head !== before
    },
    60_000,
  )
  return head
}

const versionOf = async (
  t: ExecutionContext<{ controlPlane: Parameters<typeof liveWhen>[0] }>,
  name: string,
) => (await liveWhen(t.context.controlPlane, 'default', `configmap/${name}`)).data as { version?: string }

test('a range without a version is proposed as a branch; merged by a person, it is applied, and newer ones follow', async (t) => {
  const { controlPlane } = t.context
  const s = await scene(t)
  const repository = serve(s, '20.6.0', '20.6.1', '21.0.0')
  await using fleet = await startFleet(controlPlane, { name: 'proposing' })
  const { work } = fleet
  const asked = await fleet.push({
    ...installation('ranged', repository, '^20'),
    'plain/a.yaml': configMap('default', 'plain', { a: '1' }),
  })
  await using reeve = fleet.run('--propose-versions', '1s', '--log-level', 'debug')
  const record = await fleet.recorded('ranged', ({ state }) => state === 'invalid')
  t.regex(
    JSON.stringify(record.problems),
    /unlocked-version.*which would be 20\.6\.1.*merge the branch reeve\/lock\/main/,
  )

  const first = await proposed(fleet)
  t.is(
    await work.run('show', '--no-patch', '--format=%P %cn <%ce>', first).then((text) => text.trim()),
    `${asked} Reeve <reeve@localhost>`,
  )
  t.is((await work.run('diff', '--name-status', asked, first)).trim(), 'A\treeve.lock.yaml')
  t.is(
    await work.run('show', `${first}:reeve.lock.yaml`).then((text) => text.trim()),
    lockFile(repository, '^20', '20.6.1').trim(),
  )
  t.is(
    (await work.run('show', '--no-patch', '--format=%B', first)).trim(),
    'Lock redis ^20 at 20.6.1\n\n- redis ^20: none → 20.6.1\n\nReeve-Lock: reeve.lock.yaml',
  )
  await work.run('fsck', '--strict')

  await reeve.logged('versions of charts are proposed already')
  t.is(await proposed(fleet), first)

  await work.run('merge', '--quiet', '--no-ff', '--message=Merge', `origin/${BRANCH}`)
  await work.push()
  t.deepEqual(await versionOf(t, 'ranged'), { version: '20.6.1' })
  t.is(await proposed(fleet), first, 'the branch stays')

  serve(s, '20.6.0', '20.6.1', '20.7.0', '21.0.0')
  const second = await proposed(fleet, first)
  const merged = (await work.run('rev-parse', 'main')).trim()
  t.is((await work.run('rev-parse', `${second}^`)).trim(), merged)
  t.is(
    (await work.run('show', '--no-patch', '--format=%B', second)).trim(),
    'Lock redis ^20 at 20.7.0\n\n- redis ^20: 20.6.1 → 20.7.0\n\nReeve-Lock: reeve.lock.yaml',
  )
  t.deepEqual(await versionOf(t, 'ranged'), { version: '20.6.1' }, 'what runs stays')

  const both = await fleet.push(installation('other', repository, '~20.6.0'))
  const third = await proposed(fleet, second)
  t.is((await work.run('rev-parse', `${third}^`)).trim(), both)
  t.is((await work.run('show', '--no-patch', '--format=%s', third)).trim(), 'Lock 2 versions of charts')

  await work.run('switch', '--quiet', '--create', 'mine', `origin/${BRANCH}`)
  await work.write('notes', 'mine')
  const mine = await work.commit('Mine')
  await work.run('push', '--quiet', 'origin', `mine:${BRANCH}`)
  await work.run('switch', '--quiet', 'main')
  await fleet.push(installation('third', repository, '20.x'))
  await reeve.logged(
    'the branch of proposals has commits of others, and is left alone',
    ({ commit }) => commit === mine,
  )
  t.is(await proposed(fleet), mine)
  t.false(reeve.log.some(({ code }) => code === 'internal'))
})

test('a Reeve that may not push a proposal warns once, and goes on', async (t) => {
  const { controlPlane } = t.context
  const s = await scene(t)
  const repository = serve(s, '20.6.0')
  await using fleet = await startFleet(controlPlane, { name: 'refused' })
  await fleet.git.setHook(
    'pre-receive',
    `#!/bin/sh\nwhile read _ _ ref; do case $ref in *lock*) echo no rights >&2; exit 1;; esac; done\n`,
  )
  await fleet.push(installation('refused', repository, '^20'))
  await using reeve = fleet.run('--propose-versions', '1s')
  const warning = await reeve.logged('versions of charts not proposed')
  t.is(warning.code, 'proposal-rejected')
  t.regex(JSON.stringify(warning), /reeve\/lock\/main.*no rights.*--propose-versions none/)
  await fleet.push({
    ...installation('refused', repository, '^20.1'),
    'on/a.yaml': configMap('default', 'on', { a: '1' }),
  })
  await liveWhen(controlPlane, 'default', 'configmap/on')
  const pushes = () =>
    fleet.git.requests.filter(({ service, command }) => service === 'git-receive-pack' && command === 'push')
      .length
  await until('further attempts', async () => pushes() >= 4, 60_000)
  t.is(reeve.log.filter(({ msg }) => msg === 'versions of charts not proposed').length, 1)
})

test('a chart repository that hangs delays no sync and no stop; turned off, nothing is proposed', async (t) => {
  const { controlPlane } = t.context
  const s = await scene(t)
  serve(s, '20.6.0')
  s.replies.set('/hangs/index.yaml', () => {})
  await using fleet = await startFleet(controlPlane, { name: 'hanging' })
  const lock = lockFile(`${s.url}/hangs`, '^20', '20.6.0')
  await fleet.push({
    ...installation('suspended', `${s.url}/hangs`, '^20'),
    'reeve.lock.yaml': lock,
    'on/a.yaml': configMap('default', 'hung', { a: '1' }),
  })
  {
    await using reeve = fleet.run('--propose-versions', '1s')
    await until(
      'the look',
      async () => s.asked.filter((path) => path === '/hangs/index.yaml').length > 0,
      60_000,
    )
    await fleet.push({ 'on/a.yaml': configMap('default', 'hung-2', { a: '2' }) })
    await liveWhen(controlPlane, 'default', 'configmap/hung-2')
    reeve.signal('SIGTERM')
    t.is(await reeve.exited, 0)
    t.false(reeve.log.some(({ msg, code }) => msg === 'exiting with work in flight' || code === 'internal'))
  }
  await fleet.push({ ...installation('suspended', `${s.url}/repo`, '^20'), 'reeve.lock.yaml': undefined })
  {
    await using reeve = fleet.run('--propose-versions', 'none')
    const record = await fleet.recorded('suspended', ({ problems }) =>
      problems.some(({ code }) => code === 'unlocked-version'),
    )
    t.notRegex(
      JSON.stringify(record.problems.filter(({ code }) => code === 'unlocked-version')),
      /merge the branch/,
    )
    await reeve.logged('not in sync')
    t.is((await fleet.work.tryRun('ls-remote', '--exit-code', 'origin', `refs/heads/${BRANCH}`)).code, 2)
  }
})
