import test from 'ava'
import { checkHealthRule } from '../../../src/adapters/cel/check-health-rule.ts'
import type { JsonValue } from '../../../src/model/json.ts'
import type { LiveObject, ObjectMeta } from '../../../src/model/object.ts'
import type { HealthRule } from '../../../src/model/rules.ts'
import { Secrets } from '../../../src/model/secrets.ts'
import type { Health } from '../../../src/model/status.ts'
import { healthJudge } from '../../../src/stages/health/health-judge.ts'

interface Parts {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: Partial<ObjectMeta>
  readonly [field: string]: JsonValue | Partial<ObjectMeta> | undefined
}

function object({ apiVersion = 'example.dev/v1', kind = 'Chat', metadata, ...rest }: Parts): LiveObject {
  const identity = { name: 'acme', namespace: 'eu', uid: 'u', resourceVersion: '1' }
  return { apiVersion, kind, metadata: { ...identity, ...metadata }, ...(rest as Record<string, JsonValue>) }
}

function told(health: Health): string {
  return health.status === 'healthy' ? 'healthy' : `${health.status}: ${health.message}`
}

const CHAT = { group: 'example.dev', kind: 'Chat' }
const rule: HealthRule = {
  objects: CHAT,
  degraded: "object.status.phase == 'Broken'",
  progressing: "object.status.phase in ['Starting', 'Broken']",
  healthy: "object.status.phase == 'Up'",
  message: "object.status.error + '!'",
}

for (const [what, status, expected] of [
  ['holds first is degraded', { phase: 'Broken', error: 'no disk' }, 'degraded: no disk!'],
  ['holds second is progressing', { phase: 'Starting', error: 'soon' }, 'progressing: soon!'],
  ['holds last is healthy', { phase: 'Up', error: 'old' }, 'healthy'],
  ['holds not at all is progressing', { phase: 'Other', error: 'odd' }, 'progressing: odd!'],
  [
    'has no message says what it waits for',
    { phase: 'Other' },
    "progressing: its rule for healthy does not hold yet: object.status.phase == 'Up'",
  ],
  [
    'has no message names its rule',
    { phase: 'Broken' },
    "degraded: its rule for degraded holds: object.status.phase == 'Broken'",
  ],
  [
    'asks for a missing field does not hold',
    {},
    "progressing: its rule for healthy does not hold yet: object.status.phase == 'Up' (No such key: phase)",
  ],
] as const)
  test(`an object whose rule ${what}`, (t) => {
    t.is(told(healthJudge([rule])(object({ status }))), expected)
  })

test('without an expression for healthy, what is neither degraded nor progressing is healthy', (t) => {
  const judge = healthJudge([{ objects: CHAT, degraded: 'object.status.failed' }])
  t.is(told(judge(object({ status: { failed: false } }))), 'healthy')
  t.is(told(judge(object({}))), 'healthy')
  t.is(judge(object({ status: { failed: true } })).status, 'degraded')
})

test('a condition that holds something else than true does not hold', (t) => {
  const judge = healthJudge([{ objects: CHAT, healthy: 'object.status.ready' }])
  t.is(judge(object({ status: { ready: true } })).status, 'healthy')
  for (const ready of ['true', 1, null, [true]])
    t.is(judge(object({ status: { ready } })).status, 'progressing')
})

test('the first rule about an object judges it, and what no rule is about is judged as built in', (t) => {
  const judge = healthJudge([
    { objects: { ...CHAT, name: 'acme' }, healthy: 'false', message: '"first"' },
    { objects: CHAT, healthy: 'false', message: '"second"' },
    { objects: { group: 'apps', kind: 'Deployment' }, healthy: 'true' },
  ])
  t.is(told(judge(object({}))), 'progressing: first')
  t.is(told(judge(object({ metadata: { name: 'beta' } }))), 'progressing: second')
  t.is(told(judge(object({ apiVersion: 'apps/v1', kind: 'Deployment', spec: { replicas: 3 } }))), 'healthy')
  t.is(
    told(judge(object({ kind: 'Other', status: { conditions: [{ type: 'Stalled', status: 'True' }] } }))),
    'degraded: stalled',
  )
})

test('a rule that only sets a deadline leaves the state to what is built in', (t) => {
  const judge = healthJudge([{ objects: CHAT, deadlineMs: 1000 }])
  t.is(judge(object({ status: { conditions: [{ type: 'Ready', status: 'False' }] } })).status, 'progressing')
})

test('what is being deleted, or behind its spec, is asked by no rule', (t) => {
  const judge = healthJudge([{ objects: CHAT, healthy: 'true' }])
  t.is(judge(object({ metadata: { deletionTimestamp: 'now' } })).status, 'deleting')
  const behind = object({ metadata: { generation: 3 }, status: { observedGeneration: 2 } })
  t.is(told(judge(behind)), 'progressing: generation 2 of 3 observed')
})

test('a rule that no one checked before harms nobody', (t) => {
  const judge = healthJudge([{ objects: CHAT, degraded: 'object.', healthy: '1 +', message: ')' }])
  t.is(told(judge(object({}))), 'progressing: its rule for healthy does not hold yet: 1 + (evaluation fails)')
})

test('of a Secret a rule sees nothing secret', (t) => {
  const message = 'string(object) + object.data.password'
  const all = ['data', 'stringData'].map((field) => `object.?${field}.?password.orValue("")`)
  const annotation = 'object.metadata.annotations.?copy.orValue("")'
  const judge = healthJudge([
    { objects: { kind: 'Secret', name: 'a' }, healthy: 'false', message },
    {
      objects: { kind: 'Secret' },
      healthy: 'false',
      message: [...all, annotation, '"seen: " + object.type'].join(' + '),
    },
  ])
  const secret = { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', data: { password: 'c2VjcmV0' } }
  t.notRegex(told(judge(object({ ...secret, metadata: { name: 'a' } }))), /c2VjcmV0/)
  const metadata = { name: 'b', annotations: { copy: 'c2VjcmV0' } }
  t.is(told(judge(object({ ...secret, metadata }))), 'progressing: seen: Opaque')
})

test('of an object with secrets a rule sees neither them nor whether they are something', (t) => {
  const sensitive = {
    places: [['spec', 'password']],
    closed: [['spec', 'list']],
    secrets: new Secrets(['grue']),
  }
  const message = [
    'object.spec.password.substring(0, 3)',
    'string(object.spec.password.startsWith("gr"))',
    'string(object.spec.list.size())',
    'object.spec.name',
    'object.metadata.annotations["echo"]',
    'string("kubectl.kubernetes.io/last-applied-configuration" in object.metadata.annotations)',
  ].join(' + " " + ')
  const judge = healthJudge([{ objects: CHAT, healthy: 'false', message }])
  const annotations = {
    echo: 'the grue',
    'kubectl.kubernetes.io/last-applied-configuration': '{"spec":{"password":"gr\\u0075e"}}',
  }
  const chat = object({
    metadata: { annotations },
    spec: { password: 'grue', list: [1, 2, 3], name: 'chat' },
  })
  t.is(told(judge(chat, sensitive)), 'progressing: (se false 1 chat (secret) false')
  t.is(told(judge(chat)), 'progressing: gru true 3 chat the grue true')
})

test('of an object whose secrets are unknown a rule sees what the cluster says', (t) => {
  const judge = healthJudge([
    { objects: CHAT, healthy: 'false', message: 'string(has(object.spec)) + object.status.phase' },
  ])
  const chat = object({ spec: { password: 'grue' }, status: { phase: 'Up' } })
  t.is(told(judge(chat, 'unknown')), 'progressing: falseUp')
})

test('an expression that is too much for several objects is evaluated for none any more', (t) => {
  const list = Array.from({ length: 2_000 }, (_, index) => index)
  const judge = healthJudge([
    { objects: CHAT, healthy: 'object.list.all(a, object.list.all(b, a + b >= 0))' },
  ])
  const of = (uid: string, values: JsonValue) => told(judge(object({ metadata: { uid }, list: values })))
  t.is(of('small', [1]), 'healthy')
  for (const uid of ['1', '2', '3', '4', '5']) t.regex(of(uid, list), /takes too long/)
  t.regex(of('small again', [1]), /takes too long/)
})

/** What the Mattermost operator says: see its custom resource's status. */
const MATTERMOST: HealthRule = {
  objects: { group: 'installation.mattermost.com', kind: 'Mattermost' },
  healthy:
    "object.status.state == 'stable' && object.status.version == object.spec.version && object.status.image == object.spec.image",
  message: 'object.status.error',
  deadlineMs: 15 * 60_000,
}

for (const [what, status, expected] of [
  ['not seen yet', undefined, 'progressing'],
  [
    'still of the old version',
    { observedGeneration: 1, state: 'stable', version: '10', image: 'i' },
    'progressing',
  ],
  ['on its way', { observedGeneration: 2, state: 'reconciling', version: '10', image: 'i' }, 'progressing'],
  [
    'with one Pod of three updated',
    { observedGeneration: 2, state: 'ready', version: '11', image: 'i' },
    'progressing',
  ],
  [
    'stable with another image',
    { observedGeneration: 2, state: 'stable', version: '11', image: 'j' },
    'progressing',
  ],
  ['stable', { observedGeneration: 2, state: 'stable', version: '11', image: 'i' }, 'healthy'],
] as const)
  test(`a rule can tell how a Mattermost is: ${what}`, (t) => {
    t.deepEqual(checkHealthRule(MATTERMOST), [])
    const spec = { version: '11', image: 'i', replicas: 3 }
    const parts = { apiVersion: 'installation.mattermost.com/v1beta1', kind: 'Mattermost', spec, status }
    t.is(healthJudge([MATTERMOST])(object({ ...parts, metadata: { generation: 2 } })).status, expected)
  })
