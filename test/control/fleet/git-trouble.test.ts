import { randomBytes } from 'node:crypto'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LiveObject } from '../../../src/model/object.ts'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { kubectl, live, liveWhen } from '../../helpers/live.ts'
import { configMap } from '../../helpers/manifests.ts'
import { slowRemote } from '../../helpers/slow-remote.ts'
import { until } from '../../helpers/until.ts'

const test = controlPlaneTest()

const has =
  (text: string) =>
  ({ data }: LiveObject) =>
    JSON.stringify(data).includes(text)

async function drift(controlPlane: ControlPlane, name: string): Promise<void> {
  const patch = '{"data":{"a":"drifted"}}'
  await kubectl(controlPlane, 'patch', `configmap/${name}`, '--type=merge', '-p', patch)
  await liveWhen(controlPlane, 'default', `configmap/${name}`, (map) => !has('drifted')(map))
}

test('while the remote is away drift is healed; when it is back, commits and records are caught up with', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'remote' })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'remote', { a: '1' }) })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await fleet.git.stop()
  await drift(controlPlane, 'remote')
  const commit = await fleet.push({ 'acme/b.yaml': configMap('default', 'remote-b', {}) })
  await reeve.logged('could not follow the branch', ({ code }) => code === 'git-unreachable')
  await reeve.logged('status not recorded', ({ code }) => code === 'git-unreachable')
  await sleep(6000)
  await fleet.git.start()
  await liveWhen(controlPlane, 'default', 'configmap/remote-b')
  await fleet.recorded('acme', (record) => record.commit === commit)
  const subjects = (await fleet.statusCommits()).map(({ message }) => message)
  t.regex(subjects.join('\n'), /created ConfigMap default\/remote-b/)
})

test('a remote that does not answer is told of while it is waited for', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'silent' })
  await using remote = await slowRemote(fleet.git)
  await fleet.push({ 'acme/a.yaml': configMap('default', 'silent', {}) })
  await using reeve = fleet.run('--repo', remote.url, '--interval', '24h')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const held = remote.hold('push')
  const commit = await fleet.push({ 'acme/a.yaml': configMap('default', 'silent', { a: '1' }) })
  reeve.signal('SIGHUP')
  const push = `POST ${remote.url}/git-receive-pack`
  const line = await reeve.logged('the Git remote does not answer', ({ request }) => request === push)
  t.regex(String(line.silentFor), /^[1-9]\ds$/)
  held.release()
  await reeve.logged('status commit', ({ subject }) => String(subject).includes(commit.slice(0, 7)))
  t.false(reeve.log.some(({ msg }) => msg === 'status not recorded'))
})

test('a fetch that hangs ends in its time: meanwhile drift is healed and recorded, then it is followed', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'hanging' })
  await using remote = await slowRemote(fleet.git)
  await fleet.push({ 'acme/a.yaml': configMap('default', 'hanging', { a: '1' }) })
  const options = ['--git-timeout', '20s', '--listen', '127.0.0.1:0']
  await using reeve = fleet.run('--repo', remote.url, ...options)
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const { url } = await reeve.logged('serving probes and metrics')
  const stalled = async () => {
    const text = await (await fetch(`${url}/metrics`)).text()
    return Number(/^reeve_git_stalled_seconds (\S+)$/m.exec(text)?.[1])
  }
  const held = remote.hold('fetch')
  const commit = await fleet.push({ 'acme/a.yaml': configMap('default', 'hanging', { a: '2' }) })
  await held.answered
  t.true((await stalled()) > 0)
  await drift(controlPlane, 'hanging')
  await fleet.recorded('acme', ({ changes }) => changes.at(-1)?.reason === 'drift')
  const line = await reeve.logged('could not follow the branch')
  t.is(line.code, 'git-unreachable')
  t.regex(JSON.stringify(line), /not finished within 20 s/)
  held.release()
  await fleet.recorded('acme', (record) => record.commit === commit && record.state === 'healthy')
  await until('an end of the stall', async () => (await stalled()) === 0)
})

test('a new process goes on with what it has while the remote is away', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'kept' })
  const good = await fleet.push({ 'acme/a.yaml': configMap('default', 'kept', { a: '1' }) })
  t.is((await fleet.sync()).code, 0)
  await fleet.push({ 'acme/b.yaml': 'kind: [' })
  t.is((await fleet.sync()).code, 1)
  await fleet.git.stop()
  await using reeve = fleet.run()
  await reeve.logged('continuing with the last fetched commit')
  await drift(controlPlane, 'kept')
  await fleet.git.start()
  const record = await fleet.recorded('acme', ({ changes }) => changes[0]?.reason === 'drift')
  t.like(record, { state: 'invalid', applied: good })
})

test('a status branch that may not be pushed to does not stop syncing, and is written once it may', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'refused' })
  const refuse = '#!/bin/sh\ncase $1 in refs/heads/reeve/*) echo "not here" >&2; exit 1;; esac\n'
  await fleet.push({ 'acme/a.yaml': configMap('default', 'refused', { a: '1' }) })
  await fleet.git.setHook('update', refuse)
  await using reeve = fleet.run()
  await liveWhen(controlPlane, 'default', 'configmap/refused')
  const line = await reeve.logged('status not recorded')
  t.is(line.code, 'git-rejected')
  const commit = await fleet.push({ 'acme/a.yaml': configMap('default', 'refused', { a: '2' }) })
  await liveWhen(controlPlane, 'default', 'configmap/refused', has('2'))
  t.is(await fleet.record('acme'), undefined)
  await fleet.git.setHook('update', undefined)
  await fleet.recorded('acme', (record) => record.commit === commit && record.state === 'healthy')
})

test('a branch that is pushed with force is followed, and what was removed in it goes', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'force' })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'force', { a: '1' }) })
  await using _reeve = fleet.run()
  await fleet.push({ 'acme/a.yaml': configMap('default', 'force', { a: '2', extra: 'x' }) })
  await liveWhen(controlPlane, 'default', 'configmap/force', has('extra'))
  await fleet.work.run('reset', '--hard', '--quiet', 'HEAD~1')
  await fleet.work.write('acme/a.yaml', configMap('default', 'force', { a: '3' }))
  const commit = await fleet.work.commit('Another history')
  await fleet.work.push({ force: true })
  const after = await liveWhen(controlPlane, 'default', 'configmap/force', has('3'))
  t.deepEqual(after.data, { a: '3' })
  await fleet.recorded('acme', (record) => record.commit === commit)
})

test('history that is gone at a restart is made up for by what the cluster knows', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'rewritten' })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'rewritten', { a: '1', extra: 'x' }) })
  t.is((await fleet.sync()).code, 0)
  const patch = '{"data":{"foreign":"f"}}'
  await kubectl(controlPlane, 'patch', 'configmap/rewritten', '--type=merge', '-p', patch)
  await fleet.work.run('checkout', '--quiet', '--orphan', 'fresh')
  await fleet.work.write('acme/a.yaml', configMap('default', 'rewritten', { a: '2' }))
  await fleet.work.commit('Start anew')
  await fleet.work.run('branch', '--quiet', '--move', '--force', 'main')
  await fleet.work.push({ force: true })
  await rm(fleet.dataDir, { recursive: true })
  t.is((await fleet.sync()).code, 0)
  const after = await live(controlPlane, 'default', 'configmap/rewritten')
  t.deepEqual(after?.data, { a: '2', foreign: 'f' })
})

test('a deleted branch leaves everything at the last good commit; when it is back it is followed', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'branch' })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'branch', { a: '1' }) })
  await using reeve = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await fleet.git.config('receive.denyDeleteCurrent', 'ignore')
  await fleet.work.run('push', '--quiet', 'origin', ':main')
  await reeve.logged('the branch is gone', ({ code }) => code === 'git-no-branch')
  await drift(controlPlane, 'branch')
  const commit = await fleet.push({ 'acme/a.yaml': configMap('default', 'branch', { a: '2' }) })
  await liveWhen(controlPlane, 'default', 'configmap/branch', has('2'))
  await fleet.recorded('acme', (record) => record.commit === commit)
  t.is(reeve.log.filter(({ msg }) => msg === 'the branch is gone').length, 1)
})

test('an empty repository, a path that is not there yet and a branch without manifests are waited for', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'empty' })
  await using reeve = fleet.run('--path', 'clusters/east')
  await reeve.logged('the branch is gone')
  await fleet.push({ 'README.md': 'Text' })
  await reeve.logged('could not follow the branch', ({ code }) => code === 'git-no-path')
  await fleet.push({ 'clusters/east/README.md': 'Text' })
  await fleet.push({ 'clusters/east/acme/a.yaml': configMap('default', 'empty', { a: '1' }) })
  await liveWhen(controlPlane, 'default', 'configmap/empty')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.false(reeve.log.some(({ code }) => code === 'internal'))
})

test('a path that is removed from the branch leaves the installations as they are', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'path' })
  await fleet.push({ 'east/acme/a.yaml': configMap('default', 'path', { a: '1' }), 'README.md': 'Text' })
  await using reeve = fleet.run('--path', 'east')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await fleet.push({ east: undefined })
  await reeve.logged('could not follow the branch', ({ code }) => code === 'git-no-path')
  await drift(controlPlane, 'path')
  t.is((await fleet.record('acme'))?.objects.declared, 1)
})

test('a data directory that was damaged is started over', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'damaged' })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'damaged', { a: '1' }) })
  t.is((await fleet.sync()).code, 0)
  for (const file of await packsBelow(fleet.dataDir)) await writeFile(file, randomBytes(200))
  const commit = await fleet.push({ 'acme/a.yaml': configMap('default', 'damaged', { a: '2' }) })
  const { code, stderr } = await fleet.sync()
  t.is(code, 0, stderr)
  await liveWhen(controlPlane, 'default', 'configmap/damaged', has('2'))
  t.is((await fleet.record('acme'))?.commit, commit)
})

test('two Reeves never share a data directory', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'locked' })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'locked', {}) })
  await using reeve = fleet.run()
  await reeve.logged('status commit')
  const { code, stderr } = await fleet.sync()
  t.is(code, 1)
  t.regex(stderr, /the data directory is in use by another Reeve/)
  t.is((await fleet.plan()).code, 0)
})

test('with wrong credentials the remote is named and nothing is done; with the right ones it is', async (t) => {
  const { controlPlane } = t.context
  const password = 'marker-of-the-password'
  await using fleet = await startFleet(controlPlane, { name: 'login', username: 'reeve', password })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'login', {}) })
  const file = join(fleet.dataDir, 'password')
  await writeFile(file, 'wrong\n')
  const login = ['--git-username', 'reeve', '--git-password-file', file]
  const refused = await fleet.sync(...login)
  t.is(refused.code, 1)
  t.regex(refused.stderr, /refused the credentials/)
  await using reeve = fleet.run(...login)
  await reeve.logged('could not follow the branch', ({ code }) => code === 'git-unauthorized')
  await writeFile(file, `${password}\n`)
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.false(JSON.stringify(reeve.log).includes(password))
})

async function packsBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.pack'))
    .map((entry) => join(entry.parentPath, entry.name))
}
