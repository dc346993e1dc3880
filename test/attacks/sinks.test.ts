import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { Registry } from 'prom-client'
import { serveHttp } from '../../src/adapters/http/http-server.ts'
import { Narrator } from '../../src/cli/demo/narrator.ts'
import { presentAdopted, presentAdoption } from '../../src/cli/present/adoption-text.ts'
import { crdsText } from '../../src/cli/present/crds-text.ts'
import { documentText } from '../../src/cli/present/document-text.ts'
import { presentFaults } from '../../src/cli/present/faults.ts'
import type { Io } from '../../src/cli/present/io.ts'
import { presentReport } from '../../src/cli/present/present-report.ts'
import { showProgress } from '../../src/cli/present/progress.ts'
import { presentStatuses } from '../../src/cli/present/statuses.ts'
import { withSafeOutput } from '../../src/cli/present/terminal.ts'
import { lockMessage } from '../../src/control/propose/lock-message.ts'
import type { Fault } from '../../src/model/fault.ts'
import { inertLine, inertMarkdown } from '../../src/model/inert-text.ts'
import { objectIn } from '../../src/model/json.ts'
import type { ObjectPlan, Plan } from '../../src/model/plan.ts'
import { printableJson } from '../../src/model/printable.ts'
import { revisionAt } from '../../src/model/revision.ts'
import type { InstallationStatus } from '../../src/model/status.ts'
import { probeRoutes } from '../../src/roles/probes.ts'
import { run } from '../../src/sandbox/child.ts'
import { git } from '../../src/sandbox/git-process.ts'
import { startReaper } from '../../src/sandbox/reaper.ts'
import type { LogLine } from '../../src/sandbox/reeve-process.ts'
import { readRecord } from '../../src/stages/report/read-record.ts'
import { statusMessage } from '../../src/stages/report/status-message.ts'
import { StatusPages } from '../../src/stages/report/status-pages.ts'
import { statusRecord } from '../../src/stages/report/status-record.ts'
import { packageRoot } from '../../src/support/package/package-root.ts'
import { createLog } from '../../src/support/telemetry/log.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, kubectl, liveAll } from '../helpers/live.ts'
import { reeve } from '../helpers/reeve.ts'
import { assertInert, assertShows, HOSTILE, LEGITIMATE, rendered } from './hostile.ts'

const test = controlPlaneTest()

const COMMIT = '1a2b3c4d5e6f7a8b9c0d1a2b3c4d5e6f7a8b9c0d'
const ESCAPE = '\u001b'
const RED = `${ESCAPE}[31m`
const STYLES = new RegExp(`${ESCAPE}\\[(?:1|2|22|3[2-6]|39)m|\\r${ESCAPE}\\[K`, 'g')
const WIDTHS = { colour: false, width: 100 } as const

/** A status all of whose texts are hostile. */
function hostileStatus(name: string): InstallationStatus {
  return {
    name,
    state: 'failed',
    commit: COMMIT,
    source: 'x',
    version: HOSTILE,
    group: HOSTILE,
    objects: { declared: 2, healthy: 1 },
    changes: [
      { object: `ConfigMap ${HOSTILE}`, action: 'moved', reason: 'drift', fields: [HOSTILE], from: HOSTILE },
    ],
    problems: [
      { code: 'rejected', message: HOSTILE, remedy: HOSTILE, object: HOSTILE, file: HOSTILE, line: 1 },
      { code: 'degraded', message: HOSTILE },
    ],
  }
}

const hostileFault: Fault = {
  code: 'rejected',
  message: HOSTILE,
  remedy: HOSTILE,
  location: { file: HOSTILE, line: 1 },
}

function hostilePlan(): Plan {
  const key = { group: '', kind: 'ConfigMap', namespace: HOSTILE, name: HOSTILE }
  const metadata = { name: HOSTILE, namespace: HOSTILE, annotations: { [HOSTILE]: HOSTILE } }
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata }
  const live = { ...object, metadata: { ...metadata, uid: 'u', resourceVersion: '1' }, data: { a: HOSTILE } }
  const objects: readonly ObjectPlan[] = [
    { action: 'create', key, desired: { ...object, data: { [HOSTILE]: HOSTILE } } },
    {
      action: 'patch',
      key,
      patch: [{ op: 'replace', path: '/data/a', value: `${HOSTILE}!` }],
      live,
      desired: { ...object, data: { a: `${HOSTILE}!` } },
    },
    { action: 'blocked', key, fault: hostileFault },
  ] as readonly ObjectPlan[]
  return { installation: HOSTILE, revision: revisionAt(COMMIT), objects } as unknown as Plan
}

/** What a command line writes, with colours. */
function terminal(): { readonly io: Io; readonly text: () => string } {
  let text = ''
  const output = { write: (more: string) => (text += more), isTTY: true, columns: 100 }
  const io = withSafeOutput({ out: output, err: output, colour: true, errColour: true } as unknown as Io)
  return { io, text: () => text }
}

/** Without the styles that paint() writes, and what empties a line. */
function unstyled(text: string): string {
  return text.replaceAll(STYLES, '')
}

test('a name, a value or a message cannot steer the terminal, style its text or hide in it', (t) => {
  const report = { plans: [hostilePlan()], faults: [hostileFault], warnings: [hostileFault], notices: [] }
  const owner = { tool: 'helm', namespace: HOSTILE, name: HOSTILE } as const
  const adoption = {
    plan: hostilePlan(),
    faults: [hostileFault],
    notices: [],
    owners: [{ owner, revision: 1, objects: [{ group: '', kind: 'Pod', namespace: '', name: HOSTILE }] }],
    left: [],
    takes: 1,
  }
  const texts = {
    plan: presentReport(report, { ...WIDTHS, format: 'text', explain: true, expand: true }),
    faults: presentFaults([hostileFault], { colour: false }),
    statuses: presentStatuses([hostileStatus(HOSTILE)], WIDTHS),
    adoption: presentAdoption(adoption as never, WIDTHS),
    adopted: presentAdopted(
      adoption as never,
      { outcomes: [], removed: [owner], kept: [hostileFault] } as never,
      { ...WIDTHS, isMeant: true },
    ),
  }
  for (const [name, text] of Object.entries(texts)) assertShows(t, text, name)
})

test('what no presenter has escaped is escaped by the stream itself', (t) => {
  const { io, text } = terminal()
  io.out.write(`${HOSTILE.replaceAll(RED, '')}\n`)
  {
    using progress = showProgress(io)
    progress.say(HOSTILE)
  }
  assertShows(t, unstyled(text()), 'stream')
})

test('a hostile text does not bring the styles that Reeve itself uses', (t) => {
  const { io, text } = terminal()
  const narrator: LogLine[] = []
  const told = new Narrator(narrator, io)
  for (const msg of ['created', 'patched', 'status commit', 'object not as declared'])
    narrator.push({
      level: 'info',
      msg,
      object: HOSTILE,
      installation: HOSTILE,
      reason: 'commit',
      from: HOSTILE,
      commit: HOSTILE,
      subject: HOSTILE,
      problem: HOSTILE,
      remedy: HOSTILE,
      file: HOSTILE,
      line: 1,
      changes: [{ path: HOSTILE, before: HOSTILE, after: 'b' }],
    })
  told.tell()
  io.out.write(
    presentReport({ plans: [hostilePlan()], faults: [] }, { colour: true, width: 90, format: 'text' }),
  )
  t.true(text().includes('\\u001b[31mred'), 'the red of the text is shown as it is written')
  t.false(text().includes(`${RED}red`))
  assertShows(t, unstyled(text()).replaceAll(RED, ''), 'styled')
})

test('a document stays JSON or YAML, says the same, and shows all that is in it', (t) => {
  const document = { kind: 'Plan', [HOSTILE]: [HOSTILE, { a: LEGITIMATE, lone: '\ud800' }] }
  const json = documentText(document, 'json')
  assertShows(t, json, 'json')
  t.deepEqual(JSON.parse(json), document)
  t.true(json.includes(LEGITIMATE))
  const yaml = documentText({ ...document, lone: 1 }, 'yaml')
  assertShows(t, yaml, 'yaml')
  t.true(yaml.includes(LEGITIMATE))
  t.deepEqual(load(documentText({ [HOSTILE]: [HOSTILE, LEGITIMATE] }, 'yaml')), {
    [HOSTILE]: [HOSTILE, LEGITIMATE],
  })
})

test('the log stays one line of JSON an entry, with nothing hidden in it', async (t) => {
  const lines: string[] = []
  const log = await createLog({ level: 'info', format: 'json' }, { write: (line) => void lines.push(line) })
  log.info({ installation: HOSTILE, [HOSTILE]: { deep: [HOSTILE] }, good: LEGITIMATE }, 'told')
  t.is(lines.length, 1)
  const [line = ''] = lines
  t.is(line.split('\n').length, 2)
  assertShows(t, line, 'log')
  t.like(JSON.parse(line), { installation: HOSTILE, good: LEGITIMATE })
  t.true(line.includes(LEGITIMATE))
})

test('the log for people is one line an entry, with nothing hidden in it', async (t) => {
  const program = `
    import { createLog } from ${JSON.stringify(join(packageRoot(), 'src/support/telemetry/log.ts'))}
    const log = await createLog({ level: 'info', format: 'pretty' })
    const hostile = ${JSON.stringify(HOSTILE)}
    log.info({ installation: hostile, [hostile]: { deep: [hostile] } }, hostile)`
  const { stderr } = await run([process.execPath, '--input-type=module-typescript'], [], {
    input: program,
    env: { ...process.env, NO_COLOR: '1' },
  })
  assertShows(t, stderr, 'pretty log')
  t.is(stderr.trimEnd().split('\n').length, 1)
})

test('a status commit has no trailer, mention, reference or markup but its own', (t) => {
  const status = hostileStatus(HOSTILE)
  const healthy = { ...hostileStatus('b'), state: 'healthy', problems: [] } as const
  const messages = [
    statusMessage({
      cluster: 'east\nReeve-State: healthy\u2028Signed-off-by: Boss',
      commit: COMMIT,
      changed: [
        { status, writes: { changes: status.changes } },
        { status: healthy, writes: { changes: status.changes } },
      ],
      gone: [{ name: HOSTILE, writes: { changes: status.changes }, movedTo: HOSTILE, left: [HOSTILE] }],
    }),
    statusMessage({
      cluster: 'east',
      commit: COMMIT,
      changed: [{ status, writes: { changes: [] } }],
      gone: [],
    }),
    statusMessage({
      cluster: 'east',
      commit: COMMIT,
      changed: [],
      gone: [{ name: HOSTILE, writes: { changes: [] } }],
    }),
  ]
  for (const message of messages) {
    const trailers = message.trimEnd().split('\n\n').at(-1)?.split('\n') ?? []
    t.deepEqual(
      trailers.map((line) => line.split(':')[0]),
      ['Reeve-Commit', 'Reeve-Cluster', 'Reeve-State'].slice(0, trailers.length),
    )
    t.is(
      message.split('\n').filter((line) => /^(?:Reeve-State|Signed-off-by):/.test(line)).length,
      trailers.length - 2,
    )
    assertInert(t, message, { commits: [COMMIT] })
  }
})

test('names that begin like a block, a definition or a trailer stay names in a status commit', (t) => {
  const names = [
    '[x]: https://evil.example',
    '# a',
    '> a',
    '---',
    '```',
    '~~~',
    '1. a',
    '* a',
    '===',
    '|-|-|',
    'Reeve-State: healthy',
  ]
  for (const name of names) {
    const status = {
      ...hostileStatus(name),
      problems: [{ code: 'x', message: name }],
      changes: [],
      version: '1',
    }
    const changed = [{ status, writes: { changes: [] } }]
    const message = statusMessage({ cluster: 'east', commit: COMMIT, changed, gone: [] })
    const [subject = '', body = ''] = message.split('\n\n')
    t.notRegex(subject, /^Reeve-State:/)
    t.notRegex(rendered(body), /<(?!\/?(?:ul|li|p)\b)/, name)
    t.regex(rendered(body), /^<ul>\n<li>[^<]*failed[^<]*<\/li>\n<\/ul>$/, name)
  }
})

test('what a probe tells has nothing hidden in it, and no line of another part', async (t) => {
  const parts = [{ name: 'git', state: 'starting', detail: HOSTILE }] as const
  const health = {
    notHealthy: () => undefined,
    readiness: () => ({ isReady: false, text: HOSTILE }),
    parts: () => parts,
  }
  const routes = probeRoutes({ health, registry: new Registry() })
  const probes = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    routes,
    onError: (error) => t.fail(String(error)),
  })
  t.teardown(() => probes[Symbol.asyncDispose]())
  for (const [path, lines] of [
    ['/readyz', 1],
    ['/readyz?verbose', 2],
  ] as const) {
    const text = await (await fetch(`${probes.url}${path}`)).text()
    assertShows(t, text, path)
    t.is(text.trimEnd().split('\n').length, lines)
  }
})

test('the time to escape a text grows as its length', (t) => {
  const pieces = [
    'a+',
    'A_',
    'A-',
    '\\\\',
    '&a',
    ':a',
    '`',
    ' ',
    '~',
    'a',
    '@',
    '\u202e',
    'www.',
    '0',
    '[',
    '- ',
  ]
  const timeOf = (piece: string, times: number) => {
    const text = piece.repeat(times)
    const started = performance.now()
    inertLine(text, () => false)
    inertMarkdown(text)
    printableJson(JSON.stringify(text))
    return performance.now() - started
  }
  for (const piece of pieces) {
    timeOf(piece, 1_000)
    const [short, long] = [timeOf(piece, 5_000), timeOf(piece, 50_000)]
    t.true(long < Math.max(short, 20) * 50, `${piece}: ${short} ms, ten times as long: ${long} ms`)
  }
})

test('a proposal to lock versions has no trailer, mention, reference or markup but its own', (t) => {
  const entry = { name: HOSTILE, range: HOSTILE, version: HOSTILE }
  const message = lockMessage(
    [
      { entry, before: entry },
      { entry, before: undefined },
    ] as never,
    'reeve.lock.yaml',
  )
  assertInert(t, message)
  t.is(message.trimEnd().split('\n\n').at(-1), 'Reeve-Lock: reeve.lock.yaml')
})

test('a page of the status branch has one table, and links to nothing but its records', (t) => {
  const status = hostileStatus(`a)](https://evil.example) ${HOSTILE}`)
  for (const count of [1, 600]) {
    const statuses = Array.from({ length: count }, (_, n) => ({ ...status, name: `${n}${status.name}` }))
    const pages = new StatusPages(HOSTILE)
    const files = pages.of(statuses.map((each) => ({ status: each, text: statusRecord('east', each) })))
    const readme = files.get('README.md') ?? ''
    assertInert(t, readme, { links: /^installations\// })
    const html = rendered(readme)
    t.is(html.match(/<table>/g)?.length, 1)
    t.is(html.match(/<tr>/g)?.length, Math.min(count, 100) + 1)
    t.is(html.match(/<td[ >]/g)?.length, 6 * Math.min(count, 100))
    t.is(html.match(/<h1>/g)?.length, 1)
  }
})

test('a record of the status branch reads back as it was, with nothing hidden in it', (t) => {
  const status = { ...hostileStatus(LEGITIMATE), version: LEGITIMATE }
  const text = statusRecord('east', status)
  assertShows(t, text, 'record')
  t.deepEqual(readRecord(text), status)
  t.true(text.includes(LEGITIMATE))
})

test('what people write in other scripts stays as it is everywhere', (t) => {
  const status: InstallationStatus = {
    ...hostileStatus(LEGITIMATE),
    changes: [],
    problems: [{ code: 'x', message: LEGITIMATE }],
    version: '1',
  }
  const record = { status, writes: { changes: [] } }
  const page = new StatusPages('east').of([{ status, text: '' }]).get('README.md') ?? ''
  for (const text of [
    presentStatuses([status], WIDTHS),
    statusMessage({ cluster: 'east', commit: COMMIT, changed: [record], gone: [] }),
    page,
    printableJson(JSON.stringify(LEGITIMATE)),
  ])
    t.true(text.includes(LEGITIMATE), text)
})

test('files with hostile names and values cannot steer the terminal of any command', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-sinks-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  try {
    const name = 'a\u001b[2J\u202e\nReeve-State: healthy @team #12'
    await mkdir(join(directory, name))
    const values = { a: HOSTILE, [HOSTILE]: HOSTILE }
    const document = { apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata: { name: 'x' } }
    await writeFile(join(directory, name, 'i.yaml'), JSON.stringify({ ...document, spec: { values } }))
    await writeFile(join(directory, name, 'b\u001b[2J.yaml'), JSON.stringify({ kind: HOSTILE, [HOSTILE]: 1 }))
    await writeFile(join(directory, name, 'c.yaml'), `a: [\u001b[2J\n${HOSTILE}`)
    const commands = [
      ['validate', directory],
      ['explain', name, directory],
      ['explain', name, directory, '--output', 'json'],
      ['explain', name, directory, '--output', 'yaml'],
      ['lock', directory],
      ['faults', HOSTILE],
      [HOSTILE],
      ['validate', `--${HOSTILE}`],
    ]
    for (const command of commands) {
      const { stdout, stderr } = await reeve(command)
      assertShows(t, stdout, `${command[0]}: stdout`)
      assertShows(t, stderr, `${command[0]}: stderr`)
      t.true(`${stdout}${stderr}`.length > 0)
    }
  } finally {
    await reaper.close()
  }
})

test.serial(
  'a hostile repository and a hostile cluster show nothing hidden on the branch, in objects and Events',
  async (t) => {
    const { controlPlane } = t.context
    await apply(controlPlane, crdsText())
    await using fleet = await startFleet(controlPlane, { name: 'sinks' })
    await kubectl(controlPlane, 'create', 'namespace', 'sinks')
    const name = 'a\u202e\u001b[31m @team #12 <img src=x>'
    const metadata = { namespace: 'sinks', annotations: { note: HOSTILE } }
    const containers = [{ name: 'app', image: 'app', env: [{ name: 'TEXT', value: HOSTILE }] }]
    const files = {
      [`${name}/pod.yaml`]: JSON.stringify({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, name: 'p' },
        spec: { restartPolicy: 'Never', serviceAccountName: 'default', containers },
      }),
      [`${name}/${HOSTILE.slice(0, 40)}.yaml`]: JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { ...metadata, name: 'a' },
        data: { text: HOSTILE },
      }),
      [`${name}-bad/${HOSTILE.slice(0, 40)}.yaml`]: JSON.stringify({ kind: HOSTILE, [HOSTILE]: HOSTILE }),
    }
    await fleet.push(files, HOSTILE)
    await fleet.sync('--namespace', 'sinks')
    const terminated = { exitCode: 1, reason: 'Error', message: HOSTILE }
    const containerStatuses = [
      { name: 'app', image: 'app', imageID: '', ready: false, restartCount: 0, state: { terminated } },
    ]
    const status = JSON.stringify({
      status: { phase: 'Failed', reason: 'Evicted', message: HOSTILE, containerStatuses },
    })
    const patch = ['patch', 'pod', 'p', '--subresource=status', '--type=merge', '-p', status]
    await kubectl(controlPlane, '-n', 'sinks', ...patch)
    const { stdout, stderr } = await fleet.sync('--namespace', 'sinks')
    assertShows(t, stdout, 'stdout')
    assertShows(t, stderr, 'stderr')
    const commits = await fleet.statusCommits()
    t.is(commits.length, 2)
    t.true(commits[0]?.message.includes('evil'), 'the message of the Pod is told')
    for (const { message } of commits)
      assertInert(t, message, { commits: [/Reeve-Commit: (\w+)/.exec(message)?.[1] ?? ''] })
    const show = (path: string) =>
      git(['show', `${fleet.statusBranch}:${path}`], { cwd: fleet.git.directory })
    assertInert(t, await show('README.md'), { links: /^installations\// })
    const paths = await git(['ls-tree', '-r', '-z', '--name-only', fleet.statusBranch], {
      cwd: fleet.git.directory,
    })
    for (const path of paths.split('\0').filter((each) => each.endsWith('.yaml'))) {
      assertShows(t, path, 'path')
      assertShows(t, await show(path), path)
    }
    const all = await liveAll(controlPlane, 'sinks', 'installations', '')
    for (const object of all)
      for (const text of textsOf(objectIn(object.status))) assertShows(t, text, 'status')
    const events = JSON.parse(await kubectl(controlPlane, '-n', 'sinks', 'get', 'events', '-o', 'json'))
    for (const { message } of events.items) assertShows(t, message, 'Event')
    t.true(
      all.some(({ status }) => status !== undefined),
      'there is a status',
    )
    t.true(events.items.length > 0, 'there are Events')
  },
)

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => [key, ...textsOf(item)])
}
