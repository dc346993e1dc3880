import test from 'ava'
import { readIgnoreRules } from '../../../../src/stages/render/helm/ignore-rules.ts'

/** As Helm's tests of its package `ignore` have them, and more. */
const cases: readonly (readonly [rules: string, path: string, expected: boolean | undefined])[] = [
  ['helm.txt', 'helm.txt', true],
  ['helm.*', 'helm.txt', true],
  ['helm.*', 'rudder.txt', false],
  ['*.txt', 'tiller.txt', true],
  ['*.txt', 'cargo/a.txt', true],
  ['cargo/*.txt', 'cargo/a.txt', true],
  ['cargo/*.*', 'cargo/a.txt', true],
  ['cargo/*.txt', 'mast/a.txt', false],
  ['ru[c-e]?er.txt', 'rudder.txt', true],
  ['ru[^c-e]?er.txt', 'rudder.txt', false],
  ['[!a]', '!', true],
  ['[\\]]', ']', true],
  ['templates/.?*', 'templates/.dotfile', true],
  ['cargo/', 'cargo/a.txt', true],
  ['cargo/', 'cargo', false],
  ['/helm.txt', 'helm.txt', true],
  ['/helm.txt', 'cargo/helm.txt', false],
  ['!helm.txt', 'helm.txt', false],
  ['!helm.txt', 'tiller.txt', true],
  ['# helm.txt\n\n  a.txt \r\n', 'a.txt', true],
  ['# helm.txt', 'helm.txt', false],
  ['\uFEFFa.txt', 'a.txt', true],
  ['a*b', 'a/b', false],
  ['a.b', 'axb', false],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['(a|b)+', 'a', false],
  ['**', 'a', undefined],
  ['[', 'a', undefined],
  ['[]', 'a', undefined],
  ['[b-a]', 'a', undefined],
  ['a\\', 'a', undefined],
]

for (const [rules, path, expected] of cases)
  test(`${JSON.stringify(rules)} ${expected ? 'leaves out' : 'does not leave out'} ${path}`, (t) => {
    t.is(readIgnoreRules(rules)?.(path), expected)
  })

test('a hostile pattern takes no time', (t) => {
  t.is(readIgnoreRules(`${'*a'.repeat(200)}b`)?.('a'.repeat(5000)), false)
})
