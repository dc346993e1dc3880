import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../src/sandbox/free-port.ts'
import { git } from '../../src/sandbox/git-process.ts'
import { startReaper } from '../../src/sandbox/reaper.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, live, liveWhen } from '../helpers/live.ts'
import { configMap, namespace } from '../helpers/manifests.ts'
import { reeve as asProcess, startReeve } from '../helpers/reeve.ts'
import { until } from '../helpers/until.ts'

const test = controlPlaneTest()

test('SIGHUP asks the remote at once', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'hup' })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'hup', { a: '1' }) })
  await using running = fleet.run('--interval', '24h')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await fleet.push({ 'acme/a.yaml': configMap('default', 'hup', { a: '2' }) })
  running.signal('SIGHUP')
  await liveWhen(controlPlane, 'default', 'configmap/hup', ({ data }) => JSON.stringify(data) === '{"a":"2"}')
  t.pass()
})

test('a SIGHUP or SIGTERM right after the start is no crash', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'early' })
  await using running = fleet.run('--listen', '127.0.0.1:0')
  await running.logged('serving probes and metrics')
  running.signal('SIGHUP')
  running.signal('SIGTERM')
  t.is(await running.exited, 0)
})

test('SIGTERM finishes what is in flight, records it and exits with 0', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'term' })
  const maps = Array.from({ length: 200 }, (_, index) => configMap('default', `term-${index}`, {}))
  await fleet.push({ 'acme/a.yaml': maps.join('---\n') })
  await using running = fleet.run()
  await running.logged('created')
  const start = Date.now()
  running.signal('SIGTERM')
  t.is(await running.exited, 0)
  t.true(Date.now() - start < 15_000)
  t.is(running.log.at(-1)?.msg, 'stopped')
  t.deepEqual(
    running.log.filter(({ level }) => level !== 'info'),
    [],
  )
  t.like(await fleet.record('acme'), { state: 'healthy', objects: { declared: 200, healthy: 200 } })
})

test('what a commit left undone is told once it is done', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'late' })
  const commit = await fleet.push({ 'acme/a.yaml': configMap('late', 'a', {}) })
  await using running = fleet.run()
  await running.logged('not in sync', (line) => line.commit === commit && line.undone === 1)
  await apply(controlPlane, namespace('late'))
  t.like(await running.logged('in sync'), { commit, installations: 1, objects: 1, level: 'info' })
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const told = running.log.filter(({ msg }) => msg.endsWith('in sync')).map(({ msg }) => msg)
  t.deepEqual(told, ['not in sync', 'in sync'])
})

test('probes and metrics answer', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'probes' })
  await using running = fleet.run('--listen', '127.0.0.1:0')
  const { url } = await running.logged('serving probes and metrics')
  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`)
    return { status: response.status, text: await response.text() }
  }
  t.deepEqual(await get('/healthz'), { status: 200, text: 'ok\n' })
  t.is((await get('/readyz')).status, 503)
  t.is((await get('/other')).status, 404)
  await fleet.push({ 'acme/a.yaml': configMap('default', 'probes', {}), 'bad/a.yaml': 'kind: [' })
  await until('readiness', async () => (await get('/readyz')).status === 200)
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const { text } = await get('/metrics')
  t.regex(text, /^reeve_writes_total\{action="created",reason="commit"\} 1$/m)
  t.regex(text, /^reeve_installations\{state="healthy"\} 1$/m)
  t.regex(text, /^reeve_installations\{state="invalid"\} 1$/m)
  t.regex(text, /^reeve_polls_total\{result="changed"\} 1$/m)
  t.regex(text, /^reeve_git_stalled_seconds \d/m)
  t.regex(text, /^process_resident_memory_bytes /m)
})

test('each part of the process is told by name and state', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'parts' })
  await using running = startReeve([
    ...['run', ...fleet.options, '--target', 'sync', '--listen', '127.0.0.1:0', '--log-level', 'debug'],
  ])
  const { url } = await running.logged('serving probes and metrics')
  const verbose = async () => (await (await fetch(`${url}/readyz?verbose`)).text()).trimEnd().split('\n')
  await until('no commit yet', async () => (await verbose()).at(-1) === 'no commit yet')
  t.true((await verbose()).includes('[-]follow running: no commit yet'))
  await fleet.push({ 'acme/a.yaml': configMap('default', 'parts', {}) })
  await until('readiness', async () => (await verbose()).at(-1) === 'ok')
  const parts = [
    'http',
    'git',
    'cluster',
    'lease',
    'live',
    'seal',
    'report',
    'fleet',
    'planner',
    'controller',
    'propose',
    'follow',
  ]
  t.deepEqual((await verbose()).slice(0, -1).sort(), parts.map((part) => `[+]${part} running`).sort())
  const metrics = await (await fetch(`${url}/metrics`)).text()
  for (const part of parts)
    t.true(metrics.includes(`reeve_part_state{part="${part}",state="running"} 1\n`), part)
  running.signal('SIGTERM')
  t.is(await running.exited, 0)
  const ended = running.log.flatMap(({ part, state }) => (state === 'terminated' ? [part] : []))
  t.deepEqual(ended.toSorted(), parts.toSorted())
  t.true(ended.indexOf('follow') < ended.indexOf('controller'))
  t.true(ended.indexOf('report') < ended.indexOf('lease') && ended.indexOf('lease') < ended.indexOf('git'))
})

test('a commit that the fleet cannot be moved to makes it not ready, until there is another one', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'stuck' })
  await fleet.push({ 'apps/acme/a.yaml': configMap('default', 'stuck', {}), 'README.md': 'Apps\n' })
  await using running = fleet.run('--listen', '127.0.0.1:0', '--path', 'apps')
  const { url } = await running.logged('serving probes and metrics')
  const ready = async () => (await fetch(`${url}/readyz`)).text()
  await until('readiness', async () => (await ready()) === 'ok\n')
  const stuck = await fleet.push({ apps: undefined })
  await until('unreadiness', async () => (await ready()) !== 'ok\n')
  t.is(
    await ready(),
    `stuck before commit ${stuck.slice(0, 7)}: the path does not exist in the commit: apps\n`,
  )
  await fleet.push({ 'apps/acme/a.yaml': configMap('default', 'stuck', {}) })
  await until('readiness', async () => (await ready()) === 'ok\n')
})

test('wrong options are all named before anything starts', async (t) => {
  const { code, stderr } = await asProcess([
    ...['run', '--repo', 'ftp://example.com', '--interval', '1x', '--name', '-', '--kubeconfig', '/nowhere'],
  ])
  t.is(code, 2)
  for (const option of ['--repo', '--interval', '--name', '--kubeconfig'])
    t.true(stderr.includes(option), option)
  t.false(stderr.includes('bug'))
})

test('an API server that is not there is named as such by sync and plan, and waited for by run', async (t) => {
  const { controlPlane } = t.context
  const directory = await mkdtemp(join(tmpdir(), 'reeve-kubeconfig-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  const kubeconfig = join(directory, 'config')
  await writeFile(kubeconfig, nowhere(await freePort()))
  await using fleet = await startFleet(controlPlane, { command: asProcess, name: 'nowhere', kubeconfig })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'nowhere', {}) })
  await using running = fleet.run('--data-dir', join(directory, 'other'))
  const [sync, plan] = await Promise.all([fleet.sync(), fleet.plan()])
  t.is(sync.code, 1)
  t.is(plan.code, 2)
  for (const { stderr } of [sync, plan]) {
    t.regex(stderr, /the API server could not be reached or could not answer/)
    t.notRegex(stderr, /bug in Reeve/)
  }
  await running.logged('waiting for the API server', ({ code }) => code === 'unavailable')
  const start = Date.now()
  running.signal('SIGTERM')
  t.is(await running.exited, 0)
  t.true(Date.now() - start < 10_000)
  await reaper.close()
})

test('no value of a Secret is ever in a log, a plan or a status commit', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { command: asProcess, name: 'secrets' })
  await fleet.push({ 'acme/a.yaml': secret('good', 'marker-one') })
  await using running = startReeve([
    'run',
    ...fleet.options,
    '--interval',
    '1s',
    '--listen',
    'none',
    '--log-level',
    'trace',
  ])
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  await fleet.push({
    'acme/a.yaml': secret('good', 'marker-two'),
    'acme/bad-name.yaml': secret('Bad_Name', 'marker-three'),
    'acme/bad-yaml.yaml': `${secret('yaml', 'marker-four')}  - "marker-five: [\n`,
    'beta/bad-data.yaml': secret('bad-data', 'marker-six').replace('stringData', 'data'),
    'gamma/bad-key.yaml': secret('bad-key', 'marker-seven').replace('key:', '"bad key!":'),
    'delta/bad-type.yaml': secret('bad-type', 'marker-eight').replace('Opaque', 'kubernetes.io/tls'),
    'epsilon/number.yaml': secret('number', '12345987').replace('"12345987"', '12345987'),
    'eta/unknown.yaml': secret('unknown', 'marker-nine').replace('stringData', 'stringdata'),
  })
  for (const name of ['beta', 'gamma', 'delta', 'epsilon', 'eta'])
    await fleet.recorded(name, ({ state }) => state === 'failed' || state === 'invalid')
  await fleet.recorded('acme', ({ state }) => state === 'invalid')
  const plans = [
    await fleet.plan(),
    await fleet.plan('--output', 'json'),
    await fleet.plan('--output', 'yaml'),
  ]
  await fleet.push({ 'acme/bad-name.yaml': undefined, 'acme/bad-yaml.yaml': undefined })
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  t.like(await live(controlPlane, 'default', 'secret/good'), { data: { key: base64('marker-two') } })
  const validated = await asProcess(['validate', fleet.work.directory])
  const history = await git(['log', '--patch', fleet.statusBranch], { cwd: fleet.git.directory })
  const everything = [JSON.stringify(running.log), JSON.stringify(plans), JSON.stringify(validated), history]
  const encoded = ['one', 'two', 'four', 'seven', 'eight'].map((number) => base64(`marker-${number}`))
  for (const marker of ['marker-', '12345987', ...encoded])
    for (const [index, text] of everything.entries()) t.false(text.includes(marker), `${marker} in ${index}`)
  t.true(everything[0]?.includes('bad-data'))
})

function secret(name: string, value: string): string {
  return `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\ntype: Opaque\nstringData:\n  key: "${value}"\n`
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function nowhere(port: number): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'nowhere',
    clusters: [{ name: 'nowhere', cluster: { server: `https://127.0.0.1:${port}` } }],
    contexts: [{ name: 'nowhere', context: { cluster: 'nowhere', user: 'nobody' } }],
    users: [{ name: 'nobody', user: { token: 'none' } }],
  })
}

test('a second Reeve on the machine stands by on another port, and takes over', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'twice' })
  await fleet.push({ 'acme/a.yaml': configMap('default', 'twice', { a: '1' }) })
  const args = ['run', ...fleet.options, '--interval', '1s']
  await using first = startReeve(args)
  await first.logged('in sync')
  await using second = startReeve(args)
  const { code, problem } = await second.logged('standing by')
  t.is(code, 'data-dir-locked')
  t.regex(String(problem), new RegExp(`process ${first.pid} `))
  const { port } = await second.logged('the default port for probes and metrics is in use; taking a free one')
  t.is(port, 8080)
  const { url } = await second.logged('serving probes and metrics')
  const { status, text } = await answerOf(`${url}/readyz`)
  t.is(status, 200)
  t.regex(text, /^standing by: the data directory is in use by another Reeve/)
  t.regex((await answerOf(`${url}/metrics`)).text, /^reeve_standing_by 1$/m)

  first.signal('SIGTERM')
  t.is(await first.exited, 0)
  await second.logged('in sync')
  t.regex((await answerOf(`${url}/metrics`)).text, /^reeve_standing_by 0$/m)
})

async function answerOf(url: string) {
  const response = await fetch(url)
  return { status: response.status, text: await response.text() }
}
