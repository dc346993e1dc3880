import test from 'ava'
import { ValidationRules } from '../../../../src/adapters/cel/validation-rules.ts'
import { ApiError } from '../../../../src/adapters/cluster/api-error.ts'
import { ClusterClient } from '../../../../src/adapters/cluster/client.ts'
import { Discovery } from '../../../../src/adapters/cluster/discovery.ts'
import { loadKubeConfig } from '../../../../src/adapters/cluster/load-kube-config.ts'
import type { JsonObject, JsonValue } from '../../../../src/model/json.ts'
import { gvkOf, type KubernetesObject, keyOf, type LiveObject } from '../../../../src/model/object.ts'
import type { Resource } from '../../../../src/model/schema.ts'
import { checkWrite } from '../../../../src/stages/plan/check/check-write.ts'
import { validationSchemaOfCrd } from '../../../../src/stages/plan/check/validation-schema.ts'
import { borrowControlPlane } from '../../../helpers/control-plane-test.ts'
import { Random } from '../../../helpers/random.ts'
import { until } from '../../../helpers/until.ts'

const SEED = Number(process.env.REEVE_CHECK_SEED ?? 7)
const EDITS = Number(process.env.REEVE_CHECK_EDITS ?? 300)
/** Of all that the server refuses by a rule, so much is known beforehand at least. */
const LEAST_KNOWN = 0.9

/** Rules that read values of all types, by what they try. */
const RULES: Readonly<Record<string, string>> = {
  double: 'self.ratio > 1.0',
  'double by an int': 'self.ratio < 4',
  'product of doubles': 'self.ratio * 2.0 < 7.0',
  'int-or-string': "type(self.port) == int || self.port == 'http'",
  time: "self.since > timestamp('2026-01-01T00:00:00Z')",
  'times compared': '!has(self.until) || self.until == self.since',
  'year of a time': 'self.since.getFullYear() < 2027',
  bytes: 'size(self.blob) < 3',
  'bytes compared': "self.blob == b'abc'",
  'dash in a name': "self.node__dash__port != 'x'",
  'dot in a name': '!has(self.a__dot__b)',
  underscores: "!has(self.a__underscores__b) || self.a__underscores__b == 'x'",
  'reserved word': "self.__namespace__ != 'kube-system'",
  'raw name in a mapping': "!('a-b' in self.labels)",
  'mapping of doubles': 'self.weights.all(k, self.weights[k] < 2.0)',
  'set of before': 'self.tags == oldSelf.tags',
  'list of before': 'self.list == oldSelf.list',
  'names in order': 'self.list.map(i, i.name) == oldSelf.list.map(i, i.name)',
  'first of a set': "self.tags[0] == 'a'",
  'sets compared': 'self.tags != self.others',
  united: 'size(self.tags + self.others) < 4',
  'atomic list of before': 'self.words == oldSelf.words',
  'all of before': 'self == oldSelf || self.ratio >= oldSelf.ratio',
  'each element': 'self.list.all(i, i.port < 90)',
  'element of before': 'self.list.all(i, oldSelf.list.exists(j, j.name == i.name && j.port == i.port))',
  'code points': 'size(self.name) < 3',
  pattern: "self.name.matches('^[a-z]+$')",
  'whole numbers': 'self.size % 2 == 0',
  'of a duration': "self.period < duration('1h')",
}

/** What only the server can tell, at least where the order of unordered lists plays a part. */
const UNTOLD: ReadonlySet<string> = new Set([
  'first of a set',
  'names in order',
  'of a duration',
  'sets compared',
  'united',
])
const RULED = 'x-kubernetes-validations'

const text = { type: 'string', maxLength: 20 }
const texts = { type: 'array', maxItems: 5, items: text }

const SPEC: JsonObject = {
  type: 'object',
  [RULED]: Object.entries(RULES).map(([message, rule]) => ({
    rule,
    message: `<${message}>`,
  })),
  properties: {
    ratio: { type: 'number' },
    size: { type: 'integer' },
    port: { 'x-kubernetes-int-or-string': true },
    since: { type: 'string', format: 'date-time' },
    until: { type: 'string', format: 'date-time' },
    period: { type: 'string', format: 'duration' },
    blob: { type: 'string', format: 'byte', maxLength: 20 },
    'node-port': text,
    'a.b': text,
    a__b: text,
    namespace: text,
    name: text,
    labels: { type: 'object', maxProperties: 5, additionalProperties: text },
    weights: { type: 'object', maxProperties: 5, additionalProperties: { type: 'number' } },
    tags: { ...texts, 'x-kubernetes-list-type': 'set' },
    others: { ...texts, 'x-kubernetes-list-type': 'set' },
    words: { ...texts, 'x-kubernetes-list-type': 'atomic' },
    list: {
      type: 'array',
      maxItems: 5,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: { type: 'object', required: ['name'], properties: { name: text, port: { type: 'integer' } } },
    },
  },
}

const definition = (spec: JsonObject) =>
  ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'ruled.check.dev' },
    spec: {
      group: 'check.dev',
      scope: 'Namespaced',
      names: { kind: 'Ruled', plural: 'ruled' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
        },
      ],
    },
  }) as KubernetesObject

const ruled = (spec: JsonObject, name = '') =>
  ({ apiVersion: 'check.dev/v1', kind: 'Ruled', metadata: { name, namespace: 'default' }, spec }) as const

function randomSpec(random: Random): JsonObject {
  const some = <T extends JsonValue>(name: string, ...values: readonly T[]) =>
    random.chance(0.5) ? { [name]: random.pick(values) } : {}
  const list = [
    { name: 'a', port: 80 },
    { name: 'b', port: random.pick([80, 90]) },
    { name: 'c', port: 80 },
  ]
  return {
    ratio: random.pick([1, 1.5, 2, 3, 3.5, 4]),
    size: random.between(1, 4),
    port: random.pick([80, 'http', 'https']),
    since: random.pick([
      '2026-06-01T00:00:00Z',
      '2026-06-01T02:00:00+02:00',
      '2025-01-01T00:00:00Z',
      '2027-01-01T00:00:00.5Z',
    ]),
    period: random.pick(['10m', '2h']),
    blob: random.pick(['YQ==', 'YWJj', 'YWJjZA==']),
    'node-port': random.pick(['x', 'y']),
    namespace: random.pick(['shop', 'kube-system']),
    name: random.pick(['ab', 'abc', '😀b', 'B']),
    labels: random.pick([{}, { 'a-b': 'c' }, { a__dash__b: 'c' }]),
    weights: random.pick([{}, { 'a-b': 1 }, { a: 2.5, b: 1 }]),
    tags: random.shuffle(random.pick([['a'], ['a', 'b'], ['b', 'c']])),
    others: random.shuffle(random.pick([['a'], ['a', 'b'], ['d', 'e']])),
    words: random.shuffle(['a', 'b']),
    list: random.shuffle(list).slice(0, random.between(2, 3)),
    ...some('until', '2026-06-01T00:00:00Z', '2026-06-01T00:00:00.000Z'),
    ...some('a.b', 'x'),
    ...some('a__b', 'x', 'y'),
  }
}

test('what is told of rules is what the API server says, and most of what it says', async (t) => {
  t.timeout(300_000)
  const controlPlane = await borrowControlPlane(t)
  const client = new ClusterClient(() => loadKubeConfig(controlPlane.kubeconfig))
  t.teardown(() => client[Symbol.asyncDispose]())
  const discovery = new Discovery(client)
  const apply = (spec: JsonObject) =>
    controlPlane.kubectl(['apply', '--server-side', '-f', '-'], { input: JSON.stringify(definition(spec)) })
  const { [RULED]: _rules, ...lax } = SPEC
  await apply(lax)
  const served = async () => (await discovery.refresh()).resource(gvkOf(ruled({})))
  await until('the kind', async () => (await served()) !== undefined)
  const resource = (await served()) as Resource
  const random = new Random(`rules ${SEED}`)
  // What is there breaks some rules: they came later.
  const lives = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      client.create(resource, ruled(randomSpec(random), `ruled-${index}`), {}),
    ),
  )
  t.is((await apply(SPEC)).code, 0)
  const patch = (live: LiveObject, spec: JsonObject) =>
    client.patch(resource, keyOf(live), [{ op: 'replace', path: '/spec', value: spec }], { dryRun: true })
  const refusal = (live: LiveObject, spec: JsonObject) =>
    patch(live, spec).then(
      () => '',
      (error) => {
        if (error instanceof ApiError) return error.message
        throw error
      },
    )
  const first = random.pick(lives)
  await until('the rules', async () => (await refusal(first, { ...randomSpec(random), ratio: 4 })) !== '')

  const { holds } = new ValidationRules()
  const schema = validationSchemaOfCrd(definition(SPEC), 'v1')
  const counts = new Map<string, { said: number; known: number }>()
  for (let edit = 0; edit < EDITS; edit++) {
    const live = random.pick(lives)
    const spec = randomSpec(random)
    const desired = ruled(spec, live.metadata.name)
    const after = { ...live, spec }
    const found = namedIn(
      checkWrite({ desired, after, live, schema, rules: holds })
        .map(({ message }) => message)
        .join(),
    )
    const said = namedIn(await refusal(live, spec))
    for (const rule of found)
      t.true(said.has(rule), `${rule}: ${JSON.stringify({ before: live.spec, spec })}`)
    for (const rule of said) {
      const { said: before = 0, known = 0 } = counts.get(rule) ?? {}
      counts.set(rule, { said: before + 1, known: known + Number(found.has(rule)) })
    }
  }
  t.log(`${EDITS} edits from REEVE_CHECK_SEED=${SEED}:`, Object.fromEntries(counts))
  const unknown = [...counts].filter(([, { said, known }]) => known < said * LEAST_KNOWN)
  t.deepEqual(
    unknown.map(([rule]) => rule).filter((rule) => !UNTOLD.has(rule)),
    [],
  )
  t.deepEqual(
    Object.keys(RULES).filter((rule) => !counts.has(rule)),
    [],
    'no edit broke these rules',
  )
})

/** Names of the rules that a message tells of. */
function namedIn(message: string): ReadonlySet<string> {
  return new Set([...message.matchAll(/<([^>]+)>/g)].map(([, rule = '']) => rule))
}
