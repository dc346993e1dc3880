import test from 'ava'
import { connectionWords, isTlsError, NEEDS_TLS } from '../../../src/support/exchange/connection-words.ts'

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

const ERRORS: readonly (readonly [Error, string])[] = [
  [
    failure('HPE_INVALID_CONSTANT', 'Expected HTTP/'),
    'the server does not speak HTTP at this port: use https:// instead of http://? (Expected HTTP/)',
  ],
  [failure('HPE_LF_EXPECTED', 'Missing expected LF'), 'Missing expected LF'],
  [failure('HPE_HEADER_OVERFLOW', 'Header overflow'), 'Header overflow'],
  [
    failure('ERR_SSL_WRONG_VERSION_NUMBER', 'wrong version number'),
    'the server does not speak TLS at this port: use http:// instead of https://? (wrong version number)',
  ],
  [failure('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.1:443'), 'connect ECONNREFUSED 10.0.0.1:443'],
]

for (const [error, words] of ERRORS)
  test(`${error.message} is told as: ${words}`, (t) => {
    t.is(connectionWords(error), words)
  })

test('a server that answers in HTTP, but not properly, has no fault of TLS', (t) => {
  t.true(isTlsError(failure('HPE_INVALID_CONSTANT', 'Expected HTTP/')))
  t.false(isTlsError(failure('HPE_INVALID_HEADER_TOKEN', 'Invalid header value char')))
})

test('the scheme to use is told, not the one in use', (t) => {
  t.regex(NEEDS_TLS, /use https:\/\/ instead of http:\/\//)
})
