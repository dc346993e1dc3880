import { inspect } from 'node:util'
import test from 'ava'
import { allSecrets, Secrets } from '../../src/model/secrets.ts'

const cases: readonly (readonly [secrets: readonly string[], text: string, shown: string])[] = [
  [['hunter2'], 'password hunter2 refused', 'password (secret) refused'],
  [['hunter2'], 'hunter2', '(secret)'],
  [['hunter2'], 'hunter2hunter2', '(secret)(secret)'],
  [['hunter2', 'postgres://me:hunter2@db'], 'dial postgres://me:hunter2@db', 'dial (secret)'],
  [['secret', 'hunter2'], 'a secret is hunter2', 'a (secret) is (secret)'],
  [['abcdefg', 'efghijklm'], 'it is abcdefghijklm.', 'it is (secret).'],
  [['abcd', 'abcdefgh', 'cdef'], 'abcdefg', '(secret)g'],
  [['abc'], 'abc', '(secret)'],
  [['abc'], 'abcd', 'abcd'],
  [['', 'abcd'], '', ''],
  [['line one\n'], 'it said line one.', 'it said (secret).'],
  [['a "quoted" word'], 'Invalid value: "a \\"quoted\\" word"', 'Invalid value: "(secret)"'],
  [['hunter2!'], `data ${Buffer.from('hunter2!').toString('base64')}`, 'data (secret)'],
  [['hunter2'], 'nothing to hide', 'nothing to hide'],
]

for (const [secrets, text, shown] of cases)
  test(`with ${JSON.stringify(secrets)}, ${JSON.stringify(text)} is shown as ${JSON.stringify(shown)}`, (t) => {
    const known = new Secrets(secrets)
    t.is(known.redact(text), shown)
    t.is(known.isIn(text), shown !== text)
  })

test('secrets printed, logged or serialised tell nothing', (t) => {
  const secrets = new Secrets(['hunter2'])
  t.false(`${inspect({ secrets })}${JSON.stringify({ secrets })}${secrets}`.includes('hunter2'))
})

test('secrets that say the same are not made again', (t) => {
  const secrets = new Secrets(['hunter2', 'swordfish'])
  t.is(allSecrets(undefined, secrets, new Secrets(['swordfish'])), secrets)
  t.is(allSecrets(undefined, undefined), undefined)
  t.deepEqual([...(allSecrets(secrets, new Secrets(['other']))?.reveal() ?? [])].sort(), [
    'hunter2',
    'other',
    'swordfish',
  ])
})
