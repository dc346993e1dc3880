import test from 'ava'
import { accountNamed, userOf } from '../../src/model/service-account.ts'
import { matchesPattern } from '../../src/model/tenancy.ts'

for (const [pattern, text, expected] of [
  ['acme', 'acme', true],
  ['acme', 'acme-2', false],
  ['*', 'acme', true],
  ['*', '', true],
  ['*', 'acme/web', false],
  ['*/*', 'acme/web', true],
  ['acme/*', 'acme/web', true],
  ['acme/*', 'other/web', false],
  ['*/web', 'acme/web', true],
  ['eu-*-prod', 'eu-1-prod', true],
  ['eu-*-prod', 'eu-prod', false],
  ['a*a', 'a', false],
  ['a*b*c', 'a-b-c', true],
  ['a*b*c', 'a/b-c', false],
  ['.*', 'acme', false],
  ['', '', true],
] as const) {
  test(`the pattern "${pattern}" ${expected ? 'fits' : 'does not fit'} "${text}"`, (t) => {
    t.is(matchesPattern(pattern, text), expected)
  })
}

test('a service account is named in full, or in a namespace', (t) => {
  t.is(accountNamed('web', 'acme'), 'acme/web')
  t.is(accountNamed('other/web', 'acme'), 'other/web')
  t.is(userOf('acme/web'), 'system:serviceaccount:acme:web')
})

for (const text of ['', '/', 'a/', '/a', 'a/b/c', 'A', 'a:b', 'a b', '../b', 'a\nb', 'system:masters'])
  test(`${JSON.stringify(text)} names no service account`, (t) => {
    t.is(accountNamed(text, 'acme'), undefined)
  })
