import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ControlPlane } from '../../../src/sandbox/control-plane.ts'
import { controlPlaneTest } from '../../helpers/control-plane-test.ts'
import { type Fleet, startFleet } from '../../helpers/fleet.ts'
import { forgeRecord } from '../../helpers/forge-record.ts'
import { apply, kubectl, live, liveWhen } from '../../helpers/live.ts'
import { configMap, definition, documents } from '../../helpers/manifests.ts'
import { objectWrites } from '../../helpers/object-writes.ts'
import { reeve } from '../../helpers/reeve.ts'

const test = controlPlaneTest()

interface Bad {
  /** Its directory is called so. */
  readonly name: string
  readonly text: string | Uint8Array
  readonly code: string
  readonly line: number
  /** Only the cluster knows: `reeve validate` does not see it. */
  readonly onlyInCluster?: true
}

const GOOD = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: '

const FAULTS: readonly Bad[] = [
  { name: 'syntax', text: `${GOOD}syntax\ndata: {a: [b\n`, code: 'yaml-syntax', line: 6 },
  { name: 'duplicate-key', text: `${GOOD}twice\ndata: {}\ndata: {}\n`, code: 'yaml-duplicate-key', line: 6 },
  { name: 'alias-bomb', text: aliasBomb(), code: 'yaml-too-many-aliases', line: 12 },
  { name: 'no-kind', text: 'apiVersion: v1\nmetadata: {name: a}\n', code: 'missing-field', line: 1 },
  { name: 'no-name', text: 'apiVersion: v1\nkind: ConfigMap\n', code: 'missing-field', line: 1 },
  { name: 'bad-name', text: `${GOOD}Not_A_Name\n`, code: 'invalid-name', line: 4 },
  { name: 'no-object', text: '- just\n- a list\n', code: 'not-an-object', line: 1 },
  {
    name: 'proto',
    text: `${GOOD}proto\ndata:\n  __proto__: {polluted: "yes"}\n`,
    code: 'forbidden-key',
    line: 6,
  },
  { name: 'constructor', text: `${GOOD}con\nconstructor: {a: b}\n`, code: 'forbidden-key', line: 5 },
  { name: 'latin1', text: Buffer.from(`${GOOD}latin\ndata: {a: ä}\n`, 'latin1'), code: 'not-utf8', line: 5 },
  { name: 'huge', text: `# ${'x'.repeat(4 << 20)}\n${GOOD}huge\n`, code: 'file-too-large', line: 1 },
  {
    name: 'generated',
    text: 'apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: a-\n',
    code: 'generate-name',
    line: 4,
  },
  {
    name: 'overlay/kustomization.yaml',
    text: 'resources: [gone.yaml]\n',
    code: 'kustomization-failed',
    line: 1,
  },
  { name: 'part/kustomization.yaml', text: 'kind: Component\n', code: 'unused-component', line: 1 },
  {
    name: 'inflated/kustomization.yaml',
    text: 'resources: []\nhelmCharts: [{name: a}]\n',
    code: 'chart-in-kustomization',
    line: 2,
  },
  { name: 'directive', text: `${GOOD}directive\ndata:\n  a: b\n$patch: merge\n`, code: 'patch', line: 7 },
  { name: 'json-patch', text: '- {op: remove, path: /data}\n', code: 'patch', line: 1 },
  {
    name: 'for-kustomize',
    text: 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n',
    code: 'document-of-kustomize',
    line: 2,
  },
  {
    name: 'same-twice',
    text: documents(configMap('default', 'same', {}), configMap('default', 'same', {})),
    code: 'duplicate-object',
    line: 11,
  },
  {
    name: 'unknown-kind',
    text: documents(
      configMap('default', 'fine', {}),
      'apiVersion: e2e.dev/v1\nkind: Nothing\nmetadata: {name: a}\n',
    ),
    code: 'unknown-kind',
    line: 11,
    onlyInCluster: true,
  },
  {
    name: 'question',
    text: documents(
      configMap('default', 'asking', {}),
      'apiVersion: authorization.k8s.io/v1\nkind: SelfSubjectRulesReview\nmetadata: {name: a}\nspec: {namespace: default}\n',
    ),
    code: 'unmanageable-kind',
    line: 11,
  },
  {
    name: 'unknown-field',
    text: `${GOOD}field\ndata: {a: b}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: field}
spec:
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec:
      containers:
        - name: web
          image: web:1
          imagePolicy: Never\n`,
    code: 'unknown-field',
    line: 18,
    onlyInCluster: true,
  },
  {
    name: 'invalid-value',
    text: `apiVersion: v1\nkind: Service\nmetadata:\n  name: value\nspec:\n  ports:\n    - {name: near, port: 80}\n    - name: far\n      port: 70000\n`,
    code: 'invalid-field',
    line: 9,
    onlyInCluster: true,
  },
]

const fileOf = ({ name }: Bad) => (name.endsWith('.yaml') ? name : `${name}/a.yaml`)
const installationOf = ({ name }: Bad) => name.split('/')[0] ?? ''

test.serial(
  'every bad input is named with file and line, everywhere, and touches only its installation',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'bad' })
    for (const bad of FAULTS) await fleet.work.write(fileOf(bad), bad.text)
    await symlink('../good/a.yaml', join(await directoryOf(fleet, 'link'), 'a.yaml'))
    await fleet.push({
      'good/a.yaml': configMap('default', 'good', { a: '1' }),
      'dup-one/a.yaml': configMap('default', 'shared', { from: 'one' }),
      'dup-two/a.yaml': documents(
        configMap('default', 'own', {}),
        configMap('default', 'shared', { from: 'two' }),
      ),
      'module/a.yaml': configMap('default', 'module', {}),
    })
    const commit = await fleet.work.run('rev-parse', 'HEAD')
    await fleet.work.run('update-index', '--add', '--cacheinfo', `160000,${commit},module/sub`)
    await fleet.work.run('commit', '--quiet', '--message', 'Add a submodule')
    await fleet.work.push()

    const all = [
      ...FAULTS.map((bad) => ({ ...bad, installation: installationOf(bad), file: fileOf(bad) })),
      { installation: 'link', file: 'link/a.yaml', code: 'symlink', line: 1 },
      { installation: 'module', file: 'module/sub', code: 'submodule', line: 1, onlyInCluster: true },
    ]
    const plan = await fleet.plan()
    t.is(plan.code, 2, plan.stderr)
    const validated = await reeve(['validate', fleet.work.directory])
    t.is(validated.code, 1)
    await using running = fleet.run()
    await fleet.recorded('good', ({ state }) => state === 'healthy')
    for (const { installation, file, code, line, ...bad } of all) {
      const place = `${file}:${line}: `
      t.true(plan.stdout.includes(place), `plan: ${place}`)
      if (!('onlyInCluster' in bad)) t.true(validated.stdout.includes(`/${place}`), `validate: ${place}`)
      const record = await fleet.record(installation)
      t.like(record?.problems[0], { code, file, line }, installation)
      const isHeld = code === 'submodule' || code === 'unknown-field'
      const isTried = code === 'unmanageable-kind' || ('onlyInCluster' in bad && !isHeld)
      t.is(record?.state, isTried ? 'failed' : 'invalid', installation)
      const logged = running.log.find((entry) => entry.installation === installation && entry.code === code)
      t.like(logged, { file, line, level: 'error' }, installation)
    }
    t.is((await kubectl(controlPlane, 'get', 'configmap/good', '-o', 'jsonpath={.data.a}')).trim(), '1')
    await liveWhen(controlPlane, 'default', 'configmap/fine')
    await liveWhen(controlPlane, 'default', 'configmap/asking')
    t.is(await live(controlPlane, 'default', 'configmap/field'), undefined, 'held as a whole')

    const shared = (await fleet.record('dup-two'))?.problems[0]
    t.like(shared, { code: 'owned-elsewhere', file: 'dup-two/a.yaml', line: 11 })
    t.regex(shared?.message ?? '', /dup-one\/a\.yaml:1/)
    t.is((await fleet.record('dup-one'))?.state, 'healthy')
    t.regex(validated.stdout, /dup-one\/a\.yaml:1: .*dup-two\/a\.yaml:11/)
    t.regex(validated.stdout, /dup-two\/a\.yaml:11: .*dup-one\/a\.yaml:1/)
    await liveWhen(controlPlane, 'default', 'configmap/own')
    t.is(
      (await kubectl(controlPlane, 'get', 'configmap/shared', '-o', 'jsonpath={.data.from}')).trim(),
      'one',
    )
    t.false(running.log.some(({ code }) => code === 'internal'))

    await apply(controlPlane, definition('nothings', 'Nothing'))
    await liveWhen(controlPlane, 'default', 'nothing/a')
    await fleet.recorded('unknown-kind', ({ state }) => state === 'healthy')

    await fleet.push({ 'dup-one/a.yaml': configMap('default', 'another', {}) })
    await liveWhen(controlPlane, 'default', 'configmap/shared', ({ data }) =>
      JSON.stringify(data).includes('two'),
    )
    await fleet.recorded('dup-two', ({ state }) => state === 'healthy')
  },
)

test.serial('kinds that cannot be kept are refused before any request, and a sync ends', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'questions' })
  const question = (apiVersion: string, kind: string, more: object = {}) =>
    `${JSON.stringify({ apiVersion, kind, metadata: { name: kind.toLowerCase(), namespace: 'default' }, ...more })}\n`
  const kinds = [
    ['authorization.k8s.io/v1', 'SubjectAccessReview'],
    ['authorization.k8s.io/v1', 'LocalSubjectAccessReview'],
    ['authorization.k8s.io/v1', 'SelfSubjectRulesReview'],
    ['authentication.k8s.io/v1', 'TokenReview'],
    ['authentication.k8s.io/v1', 'TokenRequest'],
    ['v1', 'Binding'],
    ['v1', 'ComponentStatus'],
    ['policy/v1', 'Eviction'],
    ['metrics.k8s.io/v1beta1', 'PodMetrics'],
  ] as const
  await fleet.push({
    'acme/all.yaml': kinds.map(([apiVersion, kind]) => question(apiVersion, kind)).join('---\n'),
    'acme/map.yaml': configMap('default', 'beside-questions', {}),
  })
  const plan = await fleet.plan()
  t.notRegex(plan.stdout + plan.stderr, /unexpected error/)
  const { code, stderr } = await fleet.sync()
  t.is(code, 1)
  t.notRegex(stderr, /unexpected error/)
  t.truthy(await live(controlPlane, 'default', 'configmap/beside-questions'))
  const { state, problems } = (await fleet.record('acme')) ?? t.fail()
  t.is(state, 'failed')
  t.deepEqual(
    problems.map(({ code, file, line }) => `${code} ${file}:${line}`),
    kinds.map((_, index) => `unmanageable-kind acme/all.yaml:${index * 2 + 1}`),
  )
  const written = await objectWrites(controlPlane, { since: new Date(0) })
  t.false(written.some(({ resource }) => /review|binding|eviction|component/.test(resource)))
})

test.serial('a faulty installation is healed at its last good commit, also by a new process', async (t) => {
  const { controlPlane } = t.context
  await using fleet = await startFleet(controlPlane, { name: 'held' })
  const good = await fleet.push({
    'acme/a.yaml': documents(configMap('default', 'held', { a: 'good' }), configMap('default', 'held-b', {})),
    'beta/a.yaml': configMap('default', 'held-beta', { a: '1' }),
  })
  await using first = fleet.run()
  await fleet.recorded('acme', ({ state }) => state === 'healthy')
  const bad = await fleet.push({
    'acme/a.yaml': `${configMap('default', 'held', { a: 'bad' })}---\nkind: [`,
    'beta/a.yaml': configMap('default', 'held-beta', { a: '2' }),
  })
  const record = await fleet.recorded('acme', ({ state }) => state === 'invalid')
  t.like(record, { commit: bad, applied: good })
  await fleet.recorded('beta', ({ commit }) => commit === bad)
  await driftAndHeal(controlPlane)
  first.signal('SIGTERM')
  t.is(await first.exited, 0)

  await using second = fleet.run()
  await second.logged('new commit')
  await driftAndHeal(controlPlane)
  await liveWhen(controlPlane, 'default', 'configmap/held-b')
  t.like(await fleet.record('acme'), { state: 'invalid', commit: bad, applied: good })

  const mended = await fleet.push({ 'acme/a.yaml': configMap('default', 'held', { a: 'mended' }) })
  const after = await fleet.recorded('acme', ({ commit }) => commit === mended)
  t.is(after.applied, undefined)
  await liveWhen(
    controlPlane,
    'default',
    'configmap/held',
    ({ data }) => JSON.stringify(data) === '{"a":"mended"}',
  )
})

test.serial(
  'a record that is changed by others neither chooses what is held nor brings back what went',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'chosen' })
    const map = configMap('default', 'chosen', { a: 'good' })
    const first = await fleet.push({
      'acme/a.yaml': map,
      'acme/b.yaml': configMap('default', 'chosen-gone', {}),
    })
    t.is((await fleet.sync()).code, 0)
    const second = await fleet.push({ 'acme/b.yaml': undefined })
    t.is((await fleet.sync()).code, 0)
    await fleet.work.run('checkout', '--quiet', '-b', 'evil')
    await fleet.work.write('acme/a.yaml', configMap('default', 'chosen', { a: 'evil' }))
    const evil = await fleet.work.commit('Evil')
    await fleet.work.run('push', '--quiet', 'origin', 'evil')
    await fleet.work.run('checkout', '--quiet', 'main')
    const bad = await fleet.push({ 'acme/c.yaml': 'kind: [' })
    t.is((await fleet.sync()).code, 1)
    t.like(await fleet.record('acme'), { commit: bad, applied: second })
    for (const applied of [first, evil]) {
      await forgeRecord(fleet, 'acme', { applied })
      await kubectl(
        controlPlane,
        'patch',
        'configmap/chosen',
        '--type=merge',
        '-p',
        '{"data":{"a":"drifted"}}',
      )
      const { stderr } = await fleet.sync()
      t.regex(stderr, /the status branch has changed since this Reeve last wrote it/)
      const held = await live(controlPlane, 'default', 'configmap/chosen')
      t.deepEqual(held?.data, { a: 'good' })
      t.is(await live(controlPlane, 'default', 'configmap/chosen-gone'), undefined)
    }
    await kubectl(controlPlane, 'delete', 'configmap/chosen')
  },
)

async function driftAndHeal(controlPlane: ControlPlane): Promise<void> {
  await kubectl(controlPlane, 'patch', 'configmap/held', '--type=merge', '-p', '{"data":{"a":"drifted"}}')
  await liveWhen(
    controlPlane,
    'default',
    'configmap/held',
    ({ data }) => JSON.stringify(data) === '{"a":"good"}',
  )
}

test.serial(
  'an unknown field that a change brings is named at its line, and the object stays as it was',
  async (t) => {
    const { controlPlane } = t.context
    await using fleet = await startFleet(controlPlane, { name: 'field' })
    const map = `${GOOD}changing\ndata:\n  a: b\n`
    await fleet.push({ 'acme/a.yaml': map })
    t.is((await fleet.sync()).code, 0)
    await fleet.push({
      'acme/a.yaml': `${map}---\n${GOOD}other\n---\n${map.replace('changing', 'third')}datta:\n  c: d\n`,
    })
    t.is((await fleet.sync()).code, 1)
    await fleet.push({ 'acme/a.yaml': `${map}datta:\n  c: d\n` })
    const plan = await fleet.plan()
    t.regex(plan.stdout, /acme\/a\.yaml:7: .*datta/)
    t.is((await fleet.sync()).code, 1)
    t.like((await fleet.record('acme'))?.problems[0], { code: 'unknown-field', file: 'acme/a.yaml', line: 7 })
  },
)

async function directoryOf(fleet: Fleet, name: string): Promise<string> {
  await fleet.work.write(`${name}/README.md`, 'Text')
  return join(fleet.work.directory, name)
}

function aliasBomb(): string {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const items = level === 0 ? '"x"' : `*a${level - 1}`
    return `  a${level}: &a${level} [${Array(9).fill(items).join(', ')}]`
  })
  return `${GOOD}bomb\ndata:\n${levels.join('\n')}\n`
}

test.serial('thousands of objects of one file that are refused take little memory', async (t) => {
  await using fleet = await startFleet(t.context.controlPlane, { name: 'refused' })
  const refused = (index: number) => `${GOOD}refused-${index}\ndata:\n  "no key": ${'x'.repeat(900)}\n`
  const count = 1_500
  await fleet.push({
    'many/a.yaml': Array.from({ length: count }, (_, index) => refused(index)).join('---\n'),
    'good/a.yaml': configMap('default', 'beside-refused', {}),
  })
  const tellMemory = "process.on('exit',()=>console.error('maxRSS',process.resourceUsage().maxRSS))"
  const NODE_OPTIONS = `--max-old-space-size=256 --import=data:text/javascript,${tellMemory}`
  const { code, stderr } = await reeve(['sync', ...fleet.options], { NODE_OPTIONS })
  t.is(code, 1, stderr.slice(-2_000))
  const [, kibibytes] = /^maxRSS (\d+)$/m.exec(stderr) ?? []
  t.true(Number(kibibytes) < 700 * 1024, `${kibibytes} KiB`)
  const record = await fleet.record('many')
  t.is(record?.problems.length, 100)
  for (const problem of record?.problems ?? []) {
    t.like(problem, { code: 'invalid-field', file: 'many/a.yaml' })
    t.is((problem.line ?? 0) % 7, 6, 'at the key that is refused')
  }
  t.is((await fleet.record('good'))?.state, 'healthy')
})

function installed(name: string, template: string): string {
  return `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: {template: {path: ${template}}}\n`
}

test.serial('what would take for ever, or all memory, is a fault of its installation alone', async (t) => {
  await using fleet = await startFleet(t.context.controlPlane, { name: 'endless' })
  const doubled = Array.from({ length: 31 }, (_, n) => {
    const next = `{"$ref": "#/definitions/d${n + 1}"}`
    return `    "d${n}": ${n === 30 ? '{}' : `{"allOf": [${next}, ${next}]}`}`
  }).join(',\n')
  await fleet.push({
    'pattern.yaml': installed('pattern', 'templates/pattern'),
    'templates/pattern/values.yaml': `text: ${'a'.repeat(60)}!\n`,
    'templates/pattern/values.schema.json': '{\n  "properties": {"text": {"pattern": "^(a+)+$"}}\n}\n',
    'templates/pattern/a.yaml': configMap('default', 'pattern', {}),
    'lookahead.yaml': installed('lookahead', 'templates/lookahead'),
    'templates/lookahead/values.yaml': 'text: a\n',
    'templates/lookahead/values.schema.json':
      '{\n  "properties": {\n    "text": {"pattern": "^(?=a)"}\n  }\n}\n',
    'templates/lookahead/a.yaml': configMap('default', 'lookahead', {}),
    'doubling.yaml': installed('doubling', 'templates/doubling'),
    'templates/doubling/values.yaml': 'text: a\n',
    'templates/doubling/values.schema.json': `{\n  "$ref": "#/definitions/d0",\n  "definitions": {\n${doubled}\n  }\n}\n`,
    'templates/doubling/a.yaml': configMap('default', 'doubling', {}),
    'large.yaml': installed('large', 'templates/large'),
    'templates/large/values.yaml': `big: ${'x'.repeat(1024 ** 2)}\n`,
    'templates/large/a.yaml': `${GOOD}large\ndata:\n  a: "${'${values.big}'.repeat(3_000)}"\n`,
    'good/a.yaml': configMap('default', 'beside-endless', {}),
  })
  const { code, stderr } = await reeve(['sync', ...fleet.options], {
    NODE_OPTIONS: '--max-old-space-size=256',
  })
  t.is(code, 1, stderr.slice(-2_000))
  const problems = async (name: string) => (await fleet.record(name))?.problems ?? []
  t.like(await problems('pattern'), {
    length: 1,
    0: { code: 'bad-value', file: 'templates/pattern/values.yaml' },
  })
  const schema = (name: string) => `templates/${name}/values.schema.json`
  t.like(await problems('lookahead'), {
    length: 1,
    0: { code: 'bad-schema', file: schema('lookahead'), line: 3 },
  })
  t.like(await problems('doubling'), { length: 1, 0: { code: 'bad-schema', file: schema('doubling') } })
  const tooLarge = { code: 'too-large-rendering', file: 'templates/large/a.yaml', line: 6 }
  t.like(await problems('large'), { length: 1, 0: tooLarge })
  t.is((await fleet.record('good'))?.state, 'healthy')
})
