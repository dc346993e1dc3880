import test from 'ava'
import { allowedDeletions } from '../../../src/stages/plan/allowed-deletions.ts'

const cases: readonly (readonly [title: string, message: string, allowed: readonly string[]])[] = [
  ['a trailer names installations', 'Drop acme\n\nReeve-Allow-Deletion: acme, eu/beta', ['acme', 'eu/beta']],
  ['a trailer may say all', 'Drop\n\nbody\n\nReeve-Allow-Deletion: *\n', ['*']],
  ['keys have no case', 'Drop\n\nreeve-allow-deletion: acme', ['acme']],
  ['several trailers add up', 'Drop\n\nReeve-Allow-Deletion: a\nReeve-Allow-Deletion: b', ['a', 'b']],
  ['other trailers stand beside it', 'Drop\n\nSigned-off-by: A <a@b>\nReeve-Allow-Deletion: a', ['a']],
  ['a trailer goes on in an indented line', 'Drop\n\nReeve-Allow-Deletion: a,\n  b', ['a', 'b']],
  ['lines may end with CRLF', 'Drop\r\n\r\nReeve-Allow-Deletion: a\r\n', ['a']],
  ['the subject is no trailer', 'Reeve-Allow-Deletion: a', []],
  ['a trailer in the body is none', 'Drop\n\nReeve-Allow-Deletion: a\n\nThe end.', []],
  ['a paragraph of text is no trailer', 'Drop\n\nWe now use\nReeve-Allow-Deletion: a\nin commits.', []],
  [
    'text beside trailers is allowed where Git wrote one',
    'Drop\n\nSigned-off-by: A <a@b>\nReeve-Allow-Deletion: a\nnote',
    ['a'],
  ],
  ['no value allows nothing', 'Drop\n\nReeve-Allow-Deletion: ,', []],
  ['an empty message allows nothing', '', []],
]

for (const [title, message, allowed] of cases) {
  test(title, (t) => t.deepEqual([...allowedDeletions({ message, isVouched: true })], [...allowed]))
}

test('where commits have to be signed, an unsigned one allows nothing', (t) => {
  const message = 'Drop\n\nReeve-Allow-Deletion: *'
  t.deepEqual([...allowedDeletions({ message, isVouched: false })], [])
})
