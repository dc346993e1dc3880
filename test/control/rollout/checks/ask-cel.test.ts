import test from 'ava'
import { askCel } from '../../../../src/control/rollout/checks/ask-cel.ts'
import type { CheckedMember } from '../../../../src/control/rollout/checks/group-to-check.ts'

const members: readonly CheckedMember[] = [
  { name: 'acme', state: 'healthy', labels: { tier: 'gold' }, version: '2.0' },
  { name: 'beta', state: 'progressing', labels: {} },
]

const ask = (expression: string, of = members) =>
  askCel({ kind: 'cel', expression }, { name: 'canary', commit: 'c0ffee', digest: 'd1', members: () => of })

const holding = [
  'counts.all == 2 && counts.healthy == 1 && counts.progressing == 1 && counts.failed == 0',
  'group.name == "canary" && group.commit == "c0ffee" && group.digest == "d1"',
  'members.filter(m, m.?labels.?tier.orValue("") == "gold").all(m, m.state == "healthy")',
  'members.exists(m, has(m.version) && m.version == "2.0")',
]
for (const expression of holding)
  test(`an expression holds: ${expression}`, (t) => {
    t.deepEqual(ask(expression), { result: 'pass', detail: 'the expression holds' })
  })

test('an expression that does not hold tells how the members are', (t) => {
  t.deepEqual(ask('counts.healthy == counts.all'), {
    result: 'fail',
    detail: 'the expression does not hold; of 2 members: 1 healthy, 1 progressing, 0 failed',
  })
})

test('an expression without a result is no failure', (t) => {
  t.regex(ask('members.all(m, m.version == "2.0")').detail, /no result.*version/)
  for (const expression of ['members[7].state == "healthy"', 'members[0].labels.tier'])
    t.is(ask(expression).result, 'none', expression)
})

test('an expression over ten thousand members ends, whatever it does', (t) => {
  const many = Array.from(
    { length: 10_000 },
    (_, index): CheckedMember => ({
      name: `member-${index}`,
      state: 'healthy',
      labels: { tier: 'gold', ring: String(index % 10) },
      version: '2.0',
    }),
  )
  t.is(ask('members.all(m, m.state == "healthy")', many).result, 'pass')
  t.is(ask('counts.healthy * 100 >= counts.all * 99', many).result, 'pass')
  t.deepEqual(ask('members.all(a, members.exists(b, b.name == a.name && b.labels == a.labels))', many), {
    result: 'none',
    detail: 'the expression has no result: takes too long',
  })
})
