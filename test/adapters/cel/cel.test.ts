import test from 'ava'
import { Cel } from '../../../src/adapters/cel/cel.ts'
import { celValueOf } from '../../../src/adapters/cel/cel-value.ts'
import { TooMuchWork } from '../../../src/adapters/cel/meter.ts'

const object = {
  metadata: { name: 'web', generation: 3, labels: { app: 'web' }, annotations: { constructor: 'no' } },
  spec: { replicas: 3, ratio: 1.5, huge: 1e300, nothing: null, 'a/b': [1, 2, 3] },
  status: {
    replicas: 3,
    state: 'stable',
    conditions: [
      { type: 'Ready', status: 'False', message: 'for a disk' },
      { type: 'Synced', status: 'True' },
    ],
  },
}

function evaluate(text: string, value: unknown = object): unknown {
  return new Cel().compile(text)(celValueOf(value))
}

const holding = [
  // numbers
  'object.status.replicas == 3',
  'object.spec.replicas > 1',
  'object.spec.replicas >= 2.5',
  'object.spec.replicas == 3.0',
  'object.spec.ratio == 1.5 && object.spec.ratio < 2',
  'object.spec.replicas - 1 == 2 && object.spec.replicas % 2 == 1',
  'object.spec.huge > 9223372036854775807',
  'object.status.replicas == object.spec.replicas',
  'type(object.spec.replicas) == int && type(object.spec.ratio) == double',
  'object.spec.replicas in [1, 3]',
  // fields
  'has(object.status) && has(object.status.state) && !has(object.status.phase)',
  'object.spec["a/b"][2] == 3',
  'object.spec.nothing == null',
  '"app" in object.metadata.labels && !("tier" in object.metadata.labels)',
  'object.metadata.annotations["constructor"] == "no"',
  'object.?status.?phase.orValue("none") == "none"',
  '!object.status.conditions[?7].hasValue()',
  'object.status == object.status && object.spec != object.status',
  // an error on one side of an operator that the other side decides
  'object.status.phase == "Running" || object.status.state == "stable"',
  // macros
  'object.status.conditions.exists(c, c.type == "Ready" && c.status == "False")',
  'object.status.conditions.exists(c, c.message == "for a disk")',
  '!object.status.conditions.all(c, c.status == "True")',
  'object.status.conditions.exists_one(c, c.status == "True")',
  'object.status.conditions.filter(c, c.status == "True").map(c, c.type) == ["Synced"]',
  'object.metadata.labels.all(key, key.startsWith("a"))',
  'cel.bind(ready, object.status.conditions[0], ready.status == "False" && ready.type == "Ready")',
  // texts and times
  'object.status.state.startsWith("st") && object.status.state.endsWith("le") && object.status.state.contains("ab")',
  'object.status.state.matches("^s[a-z]+e$") && !object.status.state.matches("^t")',
  'object.metadata.name.size() == 3 && size(object.status.conditions) == 2',
  'string(object.spec.replicas) + " replicas" == "3 replicas"',
  'timestamp("2026-01-01T00:00:00Z") < timestamp("2026-01-02T00:00:00Z")',
  'duration("90s") == duration("1m30s")',
  '{"Ready": true, "Stale": false}[object.status.conditions[0].type]',
  // comments and lines
  'object.status.state == "stable" // as its operator says',
  'object.status.state\n  == "stable"',
]

for (const text of holding)
  test(`this holds: ${text}`, (t) => {
    t.is(new Cel().problemOf(text, 'bool'), undefined)
    t.true(evaluate(text))
  })

for (const text of [
  'object.status.phase == "Running"',
  'object.status.phase.message == ""',
  'object.status.conditions[7].type == "Ready"',
  'object.status.replicas > "2"',
  'object.spec.nothing.deeper',
  'object.constructor',
  'object.__proto__',
  'object["__proto__"]',
  'object.metadata.toString',
  'object.metadata.name.constructor',
  'object.status.conditions.length',
  'object.status.conditions.constructor',
])
  test(`this is an error: ${text}`, (t) => {
    t.throws(() => evaluate(text))
  })

test('what an expression gives of an object is only its own fields, also of one with odd names', (t) => {
  const odd = JSON.parse('{"__proto__": {"a": 1}, "constructor": {"name": "x"}, "hasOwnProperty": 1}')
  t.true(evaluate('object.__proto__.a == 1 && object.constructor.name == "x"', odd))
  t.false(evaluate('has(object.a)', odd))
})

for (const [text, problem] of [
  ['object.status.', 'Expected IDENTIFIER, got EOF at column 15'],
  ['object.status ==\n  )', /^Unexpected token.* at line 2, column 3$/],
  ['status.ready', 'Unknown variable: status at column 1'],
  ['1 + "a" == 2', /^no such overload: int \+ string at column 1$/],
  ['object.status.state.beginsWith("a")', /^found no matching overload for 'dyn\.beginsWith\(string\)'/],
  ['"yes"', 'is of type string, not bool'],
  ['object.status.state.matches("a(")', /^error parsing regexp/],
  ['', /EOF/],
  ['{object.a: 1}.size() == 1', 'a map key must be a literal'],
  [`[{1: 1}]${'.map(a, {a: a})'.repeat(40)}.size() == 1`, 'a map key must be a literal'],
  [`object.a == "${'x'.repeat(5000)}"`, 'longer than 5000 characters'],
  [Array.from({ length: 400 }, () => 'object.a').join(' && '), /maxAstNodes/],
  [`${'('.repeat(60)}true${')'.repeat(60)}`, /maxDepth/],
] as const)
  test(`an expression with a fault is known by it before it is evaluated: ${text.slice(0, 40)}`, (t) => {
    const found = new Cel().problemOf(text, 'bool') ?? ''
    if (typeof problem === 'string') t.is(found, problem)
    else t.regex(found, problem)
    t.false(found.includes('\n'))
  })

test('a message may be a text or something that only the object tells', (t) => {
  const cel = new Cel()
  t.is(cel.problemOf('"all " + "well"', 'string'), undefined)
  t.is(cel.problemOf('object.status.error', 'string'), undefined)
  t.is(cel.problemOf('object.status.error == ""', 'string'), 'is of type bool, not string')
  const message =
    'object.status.conditions.filter(c, c.status != "True").map(c, c.type + ": " + c.message).join(", ")'
  t.is(evaluate(message), 'Ready: for a disk')
})

/** A large object, as large as an API server takes. */
const large = {
  list: Array.from({ length: 20_000 }, (_, index) => index),
  texts: Array.from({ length: 5_000 }, () => 'x'.repeat(20)),
  text: 'a'.repeat(500_000),
}

/** `[…].map(a, step)[0]` in itself, so often. */
function chain(times: number, first: string, step: string): string {
  return times === 0 ? first : `[${chain(times - 1, first, step)}].map(a, ${step})[0]`
}

for (const [what, text] of [
  ['loops in loops', 'object.list.all(a, object.list.all(b, object.list.all(c, a + b + c >= 0)))'],
  ['loops over literals', `${nested(9, (n) => `[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].all(v${n}, `)}`],
  ['loops that build lists', 'object.list.map(a, object.list.map(b, [a, b])).size() > 0'],
  ['loops of errors', 'object.list.exists(a, object.list.exists(b, object.nothing == a))'],
  ['a text that doubles', `${chain(15, '"ab"', 'a + a + a + a')}.size() > 0`],
  ['a list that doubles', `${chain(15, '[1]', 'a + a + a + a')}.size() > 0`],
  ['a tree that doubles', `cel.bind(x, ${chain(12, '[1]', '[a, a, a, a]')}, x == x.map(b, b))`],
  ['an equality in a loop', 'object.list.all(a, object == object)'],
  ['membership in a loop', 'object.list.all(a, !(-1 in object.list))'],
  ['a search in a loop', 'object.list.all(a, !object.text.contains("b"))'],
  ['texts made and thrown away', 'object.list.all(a, object.text.upperAscii() != "")'],
  ['large patterns in a loop', 'object.list.all(n, !object.text.matches("^(a{0,20}b?){0,20}$"))'],
  ['time zones', 'object.list.all(a, timestamp("2026-01-01T00:00:00Z").getHours("Europe/Berlin") >= 0)'],
] as const)
  test(`an evaluation that would take too long is given up: ${what}`, (t) => {
    t.is(new Cel().problemOf(text, 'bool'), undefined)
    t.throws(() => evaluate(text, large), { instanceOf: TooMuchWork })
  })

test('a pattern that backtracks in other engines takes linear time', (t) => {
  const start = process.cpuUsage()
  t.false(evaluate('object.text.matches("^(a|aa)+b$")', large))
  const { user, system } = process.cpuUsage(start)
  t.true(user + system < 5_000_000)
})

test('a long text is searched for a short one, never for another long one', (t) => {
  t.true(
    evaluate('object.text.contains("aaaa") && object.text.split("b").size() == 1', {
      text: large.text.slice(0, 50_000),
    }),
  )
  t.throws(() => evaluate('object.text.contains(object.text)', large), { message: /longer than 128/ })
})

test('what a rule ordinarily does on a large object is not too much', (t) => {
  const conditions = Array.from({ length: 2_000 }, (_, n) => ({
    type: `Type${n}`,
    status: 'True',
    reason: 'Fine',
  }))
  const text = 'object.conditions.all(c, c.status == "True" && c.type.startsWith("T") && c.reason != "")'
  t.true(evaluate(text, { conditions }))
})

test('an expression cannot end what watches over it', (t) => {
  const heavy = 'object.list.all(a, object.list.all(b, a + b >= 0))'
  for (const text of [`true) && (${heavy}`, `true\n) && ${heavy} || (true`])
    t.throws(() => evaluate(text, large))
  const again = `reeve_supervised(${heavy})`
  t.throws(() => evaluate(again, large), { instanceOf: TooMuchWork })
})

test('the budget is that of each evaluation, not of an expression', (t) => {
  const evaluation = new Cel().compile('object.list.all(a, a >= 0)')
  const value = celValueOf(large)
  for (let round = 0; round < 20; round++) t.true(evaluation(value))
})

function nested(depth: number, begin: (level: number) => string): string {
  return `${Array.from({ length: depth }, (_, level) => begin(level)).join('')}true${')'.repeat(depth)}`
}

test('whole numbers are ints with all their digits, and doubles beyond 64 bits, as in the API server', (t) => {
  const holds = (text: string, n: number | bigint) => t.is(evaluate(text, { n }), true, `${text}, ${n}`)
  holds('object.n == 9223372036854775807', 9223372036854775807n)
  holds('object.n + 1 == 9223372036854775807', 9223372036854775806n)
  holds('object.n == 9223372036854775000', 9223372036854775000)
  holds('object.n == -9007199254740993', -9007199254740993n)
  holds('object.n == 18446744073709551616.0', 18446744073709551615n)
  holds('object.n == 1e300', 1e300)
})
