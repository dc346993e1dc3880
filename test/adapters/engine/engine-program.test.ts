import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { buildEngine } from '../../../src/adapters/engine/build-engine.ts'
import type { EngineLimits, FileTree, HelmRequest } from '../../../src/adapters/engine/engine.ts'
import { engineProgram } from '../../../src/adapters/engine/engine-program.ts'
import { guard } from '../../../src/sandbox/reaper.ts'
import { chartOf, filesBelow, treeOf } from '../../helpers/file-tree.ts'
import { until } from '../../helpers/until.ts'

const program = await buildEngine()

/** An engine with a path of its own, so that its processes can be told from others. */
async function ownEngine(limits: Partial<EngineLimits> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-engine-'))
  const path = join(directory, 'engine')
  await symlink(program, path)
  const engine = engineProgram(path, limits)
  return {
    ...engine,
    path,
    processes: () => processesOf(path),
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]()
      await rm(directory, { recursive: true })
    },
  }
}

async function processesOf(path: string): Promise<readonly number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
  return ids.filter((_, index) => lines[index]?.startsWith(`${path}\0`)).map(Number)
}

function request(chart: FileTree, more: Partial<HelmRequest> = {}): HelmRequest {
  return {
    chart,
    values: {},
    release: { name: 'acme', namespace: 'eu' },
    capabilities: { kubeVersion: 'v1.36.3', apiVersions: ['v1'] },
    ...more,
  }
}

const good = chartOf({ 'a.yaml': 'a: {{ .Values.a }}' })
const goodFiles = [{ path: 'web/templates/a.yaml', text: 'a: 5' }]

test('the files of a tree are asked for once', async (t) => {
  await using engine = await ownEngine()
  let asked = 0
  const files = () => {
    asked += 1
    return good.files()
  }
  const chart = { key: good.key, files }
  for (const a of [1, 2, 3]) {
    t.like(await engine.helm(request(chart, { values: { a } })), { ok: true, files: [{ text: `a: ${a}` }] })
  }
  t.is(asked, 1)
  t.is((await engine.processes()).length, 1)
})

test('the files that were used longest ago are asked for again when others took their place', async (t) => {
  await using engine = await ownEngine({ cacheBytes: 3000 })
  const asked: string[] = []
  const chart = (name: string): FileTree => {
    const tree = chartOf({ 'a.yaml': `a: ${name}`, 'files/big': name.repeat(1200) })
    const files = () => {
      asked.push(name)
      return tree.files()
    }
    return { key: tree.key, files }
  }
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await engine.helm(request(chart(name)))
  t.deepEqual(asked, ['a', 'b', 'c', 'b'])
})

test('a rendering leaves the chart as it was for the next one', async (t) => {
  await using engine = await ownEngine()
  const shop = Object.fromEntries(await filesBelow('charts/shop'))
  const chart = treeOf({
    ...shop,
    'Chart.yaml':
      'apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies: [{name: cache, version: 1.x, condition: cache.enabled, alias: c}]',
    'templates/shop.yaml': 'v: {{ .Values | toJson }}\nd: {{ .Chart.Dependencies | len }}',
  })
  const values = { c: { enabled: true, size: 7 }, cache: { enabled: false } }
  const first = await engine.helm(request(chart))
  t.true(first.ok, JSON.stringify(first))
  t.notDeepEqual(await engine.helm(request(chart, { values })), first)
  t.deepEqual(await engine.helm(request(chart)), first)
})

test('a lookup is answered by the caller, each question once, and the answer names them', async (t) => {
  await using engine = await ownEngine()
  const chart = chartOf({
    'a.yaml': `
one: {{ (lookup "v1" "Secret" "eu" "s").data.n }}
again: {{ (lookup "v1" "Secret" "eu" "s").data.n | typeOf }}
none: {{ lookup "v1" "Secret" "eu" "none" | toJson }}
all: {{ range (lookup "apps/v1" "Deployment" "" "").items }}{{ .metadata.name }},{{ end }}
empty: {{ (lookup "v1" "Pod" "eu" "").items | len }}
random: {{ randAlphaNum 8 }}`,
  })
  const asked: unknown[] = []
  const answer = await engine.helm(
    request(chart, {
      lookup: async (question) => {
        asked.push(question)
        if (question.name === 's') return { object: { data: { n: 5 } } }
        if (question.kind === 'Deployment') {
          return { items: [{ metadata: { name: 'x' } }, { metadata: { name: 'y' } }] }
        }
        return question.name === '' ? {} : { object: null }
      },
    }),
  )
  t.true(answer.ok, JSON.stringify(answer))
  if (!answer.ok) return
  t.regex(answer.files[0]?.text ?? '', /one: 5\nagain: int64\nnone: {}\nall: x,y,\nempty: 0/)
  t.deepEqual(answer.lookups, asked)
  t.deepEqual(answer.lookups, [
    { apiVersion: 'v1', kind: 'Secret', namespace: 'eu', name: 's' },
    { apiVersion: 'v1', kind: 'Secret', namespace: 'eu', name: 'none' },
    { apiVersion: 'apps/v1', kind: 'Deployment', namespace: '', name: '' },
    { apiVersion: 'v1', kind: 'Pod', namespace: 'eu', name: '' },
  ])
})

test('a lookup that fails is told as such, and its time does not count', async (t) => {
  await using engine = await ownEngine()
  const chart = chartOf({ 'a.yaml': '{{ lookup "v1" "Secret" "eu" "s" }}' })
  const lookup = async () => {
    await new Promise((resolve) => setTimeout(resolve, 6000))
    throw new Error('forbidden: secrets')
  }
  const answer = await engine.helm(request(chart, { lookup, timeoutMs: 5000 }))
  t.like(answer, { ok: false, cause: 'lookup', file: 'web/templates/a.yaml', line: 1 })
  t.regex(answer.ok ? '' : answer.message, /forbidden: secrets/)
})

test('what varies is told, with the files that differ', async (t) => {
  await using engine = await ownEngine()
  const chart = chartOf({
    'unused.yaml': 'a: {{ default (randAlphaNum 5) "given" }}',
    'random.yaml': 'a: {{ randAlpha 5 }}',
    'coin.yaml': 'a: {{ randInt 0 2 }}',
    'year.yaml': 'a: {{ now | date "2006" }}',
    'today.yaml': 'a: {{ date "2006-01-02" "" }}',
    'tpl.yaml': 'a: {{ tpl "{{ uuidv4 }}" . }}',
    'included.yaml': 'a: {{ include "inner" . }}',
    '_inner.tpl':
      '{{ define "inner" }}{{ shuffle "abcdefghij" }}{{ end }}{{ define "never" }}{{ randAscii 5 }}{{ end }}',
    'fixed.yaml': 'a: {{ date "2006" 0 }}{{ keys (dict "c" 1 "b" 1 "a" 1) }}{{ values (dict "b" 2 "a" 1) }}',
    'derived.yaml': 'a: {{ derivePassword 1 "long" "secret" "user" "example.com" }}',
  })
  const answer = await engine.helm(request(chart))
  t.true(answer.ok, JSON.stringify(answer))
  if (!answer.ok) return
  t.deepEqual(answer.varying, {
    functions: ['date', 'now', 'randAlpha', 'randAlphaNum', 'randInt', 'shuffle', 'uuidv4'],
    files: ['coin', 'included', 'random', 'today', 'tpl', 'year'].map((name) => `web/templates/${name}.yaml`),
  })
  const fixed = answer.files.find(({ path }) => path.endsWith('fixed.yaml'))
  t.is(fixed?.text, 'a: 1970[a b c][1 2]')
})

test('certificates vary', async (t) => {
  await using engine = await ownEngine()
  const chart = chartOf({ 'a.yaml': 'a: {{ (genSelfSignedCert "a" nil nil 1).Cert | b64enc }}' })
  t.like(await engine.helm(request(chart)), {
    ok: true,
    varying: { functions: ['genSelfSignedCert'], files: ['web/templates/a.yaml'] },
  })
})

test('no schema is fetched, neither from the network nor from a file', async (t) => {
  await using engine = await ownEngine()
  let requests = 0
  const server = createServer((_request, response) => {
    requests += 1
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  for (const $ref of [`http://127.0.0.1:${port}/s.json`, 'file:///etc/hostname', 'other.json']) {
    const schema = JSON.stringify({ properties: { a: { $ref } } })
    const answer = await engine.helm(request(chartOf({ 'values.schema.json': schema, 'a.yaml': 'a: 1' })))
    t.like(answer, { ok: false, cause: 'input' })
    t.regex(answer.ok ? '' : answer.message, /the renderer fetches nothing/)
  }
  t.is(requests, 0)
})

const loop = '{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}'
const doubling = {
  $ref: '#/definitions/d0',
  definitions: Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => {
      const $ref = `#/definitions/d${n + 1}`
      return [`d${n}`, n === 39 ? {} : { allOf: [{ $ref }, { $ref }] }]
    }),
  ),
}
interface Bomb {
  readonly files: Record<string, string>
  readonly cause: string
  readonly message: RegExp
  readonly timeoutMs?: number
}

/** Results as large as a number says: none of them is made. */
const sized: Readonly<Record<string, Bomb>> = Object.fromEntries(
  [
    'until 276361583490',
    'untilStep 0 276361583490 1',
    'untilStep -9223372036854775807 9223372036854775807 1',
    'seq 0 9223372036854775807',
    'seq 1 2 9223372036854775807',
    'repeat 9223372036854775807 "xy"',
    'indent 276361583490 "x"',
    'nindent 9223372036854775807 "x"',
    'randAlphaNum 276361583490',
    'replace "x" (repeat 10000000 "y") "xxxx"',
    'join (repeat 10000000 "y") (until 1000)',
    'join "" (list (repeat 9000000 "x") (repeat 9000000 "y"))',
    'wrapWith 1 (repeat 10000000 "y") (repeat 100 "x ")',
    'printf (repeat 100 "%[1]s") (repeat 1000000 "x")',
    'printf (repeat 100 "%999999d") 1',
    'printf (repeat 100 "%[1]*[1]d") 999999',
    'regexReplaceAll "x" (repeat 1000000 "x") "a long replacement"',
    'regexReplaceAll "(.*)" (repeat 1000000 "x") (repeat 100 "$1")',
    'mustRegexReplaceAllLiteral "" (repeat 1000000 "x") "a long replacement"',
  ].map((call) => [
    call,
    { files: { 'a.yaml': `{{ ${call} }}` }, cause: 'input', message: /makes more than \d+/ },
  ]),
)

const bombs: Readonly<Record<string, Bomb>> = {
  'a template that calls itself': {
    files: { 'a.yaml': '{{ define "a" }}{{ template "a" . }}{{ end }}{{ template "a" . }}' },
    cause: 'input',
    message: /exceeded maximum template depth/,
  },
  'a template that includes itself': {
    files: { 'a.yaml': '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}' },
    cause: 'input',
    message: /nested reference name: a/,
  },
  'a value that expands itself': {
    files: { 'a.yaml': '{{ tpl .Values.x . }}' },
    cause: 'bounds',
    message: /calls itself|uses more than 256 MiB/,
  },
  'a list of 1,000,000,000': {
    files: { 'a.yaml': '{{ range until 1000000000 }}{{ end }}' },
    cause: 'input',
    message: /until makes more than 1000000/,
  },
  'a gibibyte of text': {
    files: { 'a.yaml': '{{ range until 1024 }}{{ repeat 1048576 "x" }}{{ end }}' },
    cause: 'bounds',
    message: /uses more than 256 MiB of memory/,
  },
  'a gibibyte at once': {
    files: { 'a.yaml': '{{ repeat 1073741824 "x" }}' },
    cause: 'input',
    message: /repeat makes more than 16777216/,
  },
  'more output than there may be': {
    files: { 'a.yaml': '{{ repeat 9000000 "x" }}{{ repeat 9000000 "x" }}' },
    cause: 'bounds',
    message: /renders to more than 16777216 bytes/,
  },
  ...sized,
  'a loop without an end': {
    files: { 'a.yaml': loop },
    cause: 'bounds',
    message: /takes longer than 2 s/,
    timeoutMs: 2000,
  },
  'a schema whose references double': {
    files: { 'values.schema.json': JSON.stringify(doubling), 'a.yaml': 'a: 1' },
    cause: 'bounds',
    message: /takes longer than 2 s/,
    timeoutMs: 2000,
  },
  'a schema that refers to itself': {
    files: { 'values.schema.json': '{"$ref":"#"}', 'a.yaml': 'a: 1' },
    cause: 'input',
    message: /schema/,
  },
  'a schema that nests too deeply': {
    files: { 'values.schema.json': `${'{"not":'.repeat(20_000)}true${'}'.repeat(20_000)}`, 'a.yaml': 'a: 1' },
    cause: 'input',
    message: /depth/,
  },
  'a schema with a backreference': {
    files: { 'values.schema.json': '{"properties":{"x":{"pattern":"(a)\\\\1"}}}', 'a.yaml': 'a: 1' },
    cause: 'input',
    message: /regex/,
  },
}

test('a pattern that would backtrack is matched in linear time', async (t) => {
  await using engine = await ownEngine({ timeoutMs: 60_000 })
  const schema = JSON.stringify({ properties: { x: { pattern: '^(a+)+$' } } })
  const chart = chartOf({ 'values.schema.json': schema, 'a.yaml': 'a: 1' })
  const answer = await engine.helm(request(chart, { values: { x: `${'a'.repeat(50_000)}!` } }))
  t.like(answer, { ok: false, cause: 'input' })
})

test('what is no bomb is rendered', async (t) => {
  await using engine = await ownEngine()
  const calls = [
    ['join "," (list 1 "b" nil true)', '1,b,true'],
    ['join "-" "alone"', 'alone'],
    ['printf "%05.1f %-4s| %d%% %[3]d" 2.25 "é" 1700000000', '002.2 é   | 1700000000% 1700000000'],
    ['printf "%*d" 3 5', '  5'],
    ['printf "100%"', '100%!(NOVERB)'],
    ['printf "%s" nil', '%!s(<nil>)'],
    ['regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W"', '-W-xxW-'],
    ['mustRegexReplaceAllLiteral "x" (repeat 3 "x") "$1"', '$1$1$1'],
    ['wrapWith 3 "/" "ab cd"', 'ab/cd'],
  ]
  const text = calls.map(([call]) => `- {{ ${call} | quote }}`).join('\n')
  const answer = await engine.helm(request(chartOf({ 'a.yaml': text })))
  const written = calls.map(([, result]) => `- ${JSON.stringify(result)}`).join('\n')
  t.like(answer, { ok: true, files: [{ text: written }] })
})

for (const [what, { files, cause, message, timeoutMs }] of Object.entries(bombs)) {
  test.serial(`it fails alone: ${what}`, async (t) => {
    await using engine = await ownEngine({ memoryBytes: 256 * 1024 ** 2, timeoutMs: 60_000, parallel: 2 })
    const values = { a: 5, x: '{{ tpl .Values.x . }}' }
    const [bomb, ...others] = await Promise.all([
      engine.helm(request(chartOf(files), { values, ...(timeoutMs && { timeoutMs }) })),
      ...[1, 2, 3].map(() => engine.helm(request(good, { values }))),
    ])
    t.like(bomb, { ok: false, cause })
    t.regex(bomb.ok ? '' : bomb.message, message)
    for (const other of others) t.like(other, { ok: true, files: goodFiles })
    t.like(await engine.helm(request(good, { values })), { ok: true, files: goodFiles })
  })
}

test('a rendering is repeated when the program is killed, and given up when it is killed again', async (t) => {
  await using engine = await ownEngine()
  const chart = chartOf({ 'a.yaml': 'a: {{ (lookup "v1" "Secret" "eu" "s").n }}' })
  const killing = (times: number) => {
    let asked = 0
    return async () => {
      asked += 1
      if (asked <= times) for (const id of await engine.processes()) process.kill(id, 'SIGKILL')
      return { object: { n: asked } }
    }
  }
  t.like(await engine.helm(request(chart, { lookup: killing(1) })), { ok: true, files: [{ text: 'a: 2' }] })
  t.like(await engine.helm(request(chart, { lookup: killing(9) })), { ok: false, cause: 'engine' })
  t.like(await engine.helm(request(chart, { lookup: killing(0) })), { ok: true })
})

test('many renderings at once are all done, though the program is killed among them', async (t) => {
  await using engine = await ownEngine({ parallel: 4 })
  const renderings = Array.from({ length: 200 }, (_, a) => engine.helm(request(good, { values: { a } })))
  await renderings[20]
  for (const id of await engine.processes()) process.kill(id, 'SIGKILL')
  const answers = await Promise.all(renderings)
  t.deepEqual(
    answers.map((answer) => (answer.ok ? answer.files[0]?.text : answer.message)),
    answers.map((_, a) => `a: ${a}`),
  )
})

test('what the files of the request reject with is what the rendering rejects with', async (t) => {
  await using engine = await ownEngine()
  const files = () => Promise.reject(new Error('no such commit'))
  await t.throwsAsync(engine.helm(request({ key: 'none', files })), { message: 'no such commit' })
  t.like(await engine.helm(request(good, { values: { a: 5 } })), { ok: true, files: goodFiles })
})

test('a program that is not there, or another one, is told', async (t) => {
  await using missing = engineProgram('/nowhere/reeve-engine')
  t.like(await missing.helm(request(good)), { ok: false, cause: 'engine' })
  await using other = engineProgram('/bin/false')
  t.like(await other.helm(request(good)), { ok: false, cause: 'engine' })
  await using talker = engineProgram('/bin/echo')
  t.like(await talker.helm(request(good)), { ok: false, cause: 'engine' })
})

test('the program ends when it has had nothing to do for a while, and starts again', async (t) => {
  await using engine = await ownEngine({ idleMs: 200 })
  t.like(await engine.helm(request(good)), { ok: true })
  await until('it ends', async () => (await engine.processes()).length === 0)
  t.like(await engine.helm(request(good, { values: { a: 5 } })), { ok: true, files: goodFiles })
})

test('a stopped engine answers what was not done, and its program ends', async (t) => {
  const engine = await ownEngine({ parallel: 1 })
  const answers = [1, 2].map((a) => engine.helm(request(chartOf({ 'a.yaml': loop }), { values: { a } })))
  await until('it runs', async () => (await engine.processes()).length > 0)
  await engine[Symbol.asyncDispose]()
  for (const answer of await Promise.all(answers)) {
    t.like(answer, { ok: false, cause: 'engine', message: 'the renderer was stopped' })
  }
  t.like(await engine.helm(request(good)), { ok: false, message: 'the renderer was stopped' })
  await until('it ends', async () => (await engine.processes()).length === 0)
})

test('the program ends with us, even in the middle of a loop, and has nothing of ours', async (t) => {
  const engine = await ownEngine()
  const module = new URL('../../../src/adapters/engine/engine-program.ts', import.meta.url).href
  const files = { 'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n', 'templates/a.yaml': loop }
  const script = `
    import { openSync } from 'node:fs'
    import { engineProgram } from ${JSON.stringify(module)}
    openSync('/etc/hostname')
    const files = new Map(Object.entries(${JSON.stringify(files)}).map(([path, text]) => [path, Buffer.from(text)]))
    void engineProgram(${JSON.stringify(engine.path)}).helm({
      chart: { key: 'k', files: async () => files }, values: {}, release: { name: 'a', namespace: 'b' },
      capabilities: { kubeVersion: 'v1.36.3', apiVersions: [] },
    })
    setTimeout(() => console.log('busy'), 500)`
  const env = { ...process.env, REEVE_GIT_TOKEN: 'secret-token' }
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env,
  })
  guard(child)
  await once(child.stdout, 'data')
  const [id] = await engine.processes()
  t.false((await readFile(`/proc/${id}/environ`, 'utf8')).includes('secret-token'))
  const open = await readdir(`/proc/${id}/fd`)
  const targets = await Promise.all(open.map((fd) => readlink(`/proc/${id}/fd/${fd}`).catch(() => '')))
  t.false(targets.includes('/etc/hostname'), targets.join(' '))
  child.kill('SIGKILL')
  await until('it ends', async () => (await engine.processes()).length === 0)
  await engine[Symbol.asyncDispose]()
})

test('an idle program keeps no process from ending', async (t) => {
  const engine = await ownEngine()
  const module = new URL('../../../src/adapters/engine/engine-program.ts', import.meta.url).href
  const script = `
    import { engineProgram } from ${JSON.stringify(module)}
    const files = new Map([['kustomization.yaml', Buffer.from('resources: []')]])
    const answer = await engineProgram(${JSON.stringify(engine.path)}).kustomize({
      tree: { key: 'k', files: async () => files }, directory: '',
    })
    console.log(answer.ok)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  guard(child)
  const output = child.stdout.setEncoding('utf8').toArray()
  const [code] = await once(child, 'close')
  t.is(code, 0)
  t.is((await output).join(''), 'true\n')
  await until('it ends', async () => (await engine.processes()).length === 0)
  await engine[Symbol.asyncDispose]()
})

test('renderings that take long keep the others waiting for a moment only', async (t) => {
  const engine = await ownEngine({ parallel: 2 })
  const long = [1, 2, 3, 4].map((number) => chartOf({ 'a.yaml': `{{/* ${number} */}}${loop}` }))
  const order: string[] = []
  const runaways = long.map(async (chart) => {
    const answer = await engine.helm(request(chart, { timeoutMs: 600_000 }))
    order.push('long')
    return answer
  })
  const others = Array.from({ length: 20 }, async (_, a) => {
    const answer = await engine.helm(request(good, { values: { a } }))
    order.push('quick')
    return answer
  })
  for (const [a, answer] of (await Promise.all(others)).entries())
    t.like(answer, { ok: true, files: [{ text: `a: ${a}` }] })
  t.deepEqual(order, Array(20).fill('quick'))
  await engine[Symbol.asyncDispose]()
  for (const answer of await Promise.all(runaways)) t.like(answer, { message: 'the renderer was stopped' })
})

test('what takes long is rendered of each chart in turn', async (t) => {
  const engine = await ownEngine({ parallel: 1 })
  const runaway = chartOf({ 'a.yaml': loop })
  const long = chartOf({
    'a.yaml': '{{ range until 2000 }}{{ range until 1000 }}{{ end }}{{ end }}b: {{ .Values.b }}',
  })
  let ended = 0
  const runaways = [1, 2, 3].map(async (a) => {
    await engine.helm(request(runaway, { values: { a }, timeoutMs: 15_000 }))
    ended += 1
  })
  t.like(await engine.helm(request(long, { values: { b: 1 }, timeoutMs: 600_000 })), { ok: true })
  t.true(ended < 3)
  await engine[Symbol.asyncDispose]()
  await Promise.all(runaways)
})
