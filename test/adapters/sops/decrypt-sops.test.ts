import test from 'ava'
import { decryptSopsDocuments } from '../../../src/adapters/sops/decrypt-sops.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import { decryptOne } from './decrypt-one.ts'
import { documentsOf, firstOf, fixture, keysOf } from './fixtures.ts'

/** Encrypted file, the plain one that it was made of, and the keys that open it. */
const files: readonly (readonly [encrypted: string, plain: string, keys: readonly string[]])[] = [
  ['age.yaml', 'secret.yaml', ['age.txt']],
  ['age.yaml', 'secret.yaml', ['age-second.txt', 'age-post-quantum.txt', 'age.txt', 'openpgp-ecc.asc']],
  ['post-quantum.yaml', 'secret.yaml', ['age-post-quantum.txt']],
  ['openpgp-rsa.yaml', 'secret.yaml', ['openpgp-rsa.asc']],
  ['openpgp-rsa.yaml', 'secret.yaml', ['openpgp-ecc.asc', 'openpgp-passphrase.asc', 'openpgp-rsa.asc']],
  ['openpgp-ecc.yaml', 'secret.yaml', ['openpgp-ecc.asc', 'age.txt']],
  ['both.yaml', 'secret.yaml', ['age-second.txt']],
  ['both.yaml', 'secret.yaml', ['age-third.txt']],
  ['both.yaml', 'secret.yaml', ['age.txt', 'openpgp-rsa.asc']],
  ['shamir.yaml', 'secret.yaml', ['age.txt', 'age-second.txt']],
  ['shamir.yaml', 'secret.yaml', ['age-second.txt', 'openpgp-rsa.asc']],
  ['shamir.yaml', 'secret.yaml', ['age.txt', 'age-second.txt', 'openpgp-rsa.asc']],
  ['secret.json', 'secret.json', ['age.txt']],
  ['types.yaml', 'types.yaml', ['age.txt']],
  ['unencrypted-suffix.yaml', 'types.yaml', ['age.txt']],
  ['encrypted-suffix.yaml', 'types.yaml', ['age.txt']],
  ['unencrypted-regex.yaml', 'types.yaml', ['age.txt']],
  ['mac-only-encrypted.yaml', 'types.yaml', ['age.txt']],
  ['encrypted-comment.yaml', 'comments.yaml', ['age.txt']],
  ['unencrypted-comment.yaml', 'comments.yaml', ['age.txt']],
  ['mac-only-comments.yaml', 'comments.yaml', ['age.txt']],
  ['whole-number-keys.yaml', 'whole-number-keys.yaml', ['age.txt']],
]

for (const [encrypted, plain, keys] of files) {
  test(`${encrypted} opens with ${keys.join(', ')} and is what SOPS encrypted`, async (t) => {
    const decrypted = await decryptOne(firstOf(fixture(`encrypted/${encrypted}`)), keysOf(...keys))
    t.deepEqual('problem' in decrypted ? decrypted.problem : decrypted.value, expected(plain))
  })
}

/** What SOPS reads otherwise than kubectl (YAML 1.2 words, times), it writes so that both agree. */
function expected(plain: string): JsonObject {
  const [document] = documentsOf(asSopsWrites(fixture(`plain/${plain}`)))
  return document ?? {}
}

function asSopsWrites(text: string): string {
  return text
    .replace('[yes, off,', '["yes", "off",')
    .replace('[2001-12-14, 2001-12-14t21:59:43.10-05:00, 2001-12-15 2:59:43.1]', JSON.stringify(times))
    .replace('"off", 2001-12-14]', '"off", "2001-12-14T00:00:00Z"]')
}

const times = ['2001-12-14T00:00:00Z', '2001-12-14T21:59:43.1-05:00', '2001-12-15T02:59:43.1Z']

test('all documents of a file are decrypted, under one MAC', async (t) => {
  const documents = documentsOf(fixture('encrypted/documents.yaml'))
  const decrypted = await decryptSopsDocuments(documents, keysOf('age.txt'))
  const [first, second] = documentsOf(fixture('plain/documents.yaml'))
  t.deepEqual('problem' in decrypted ? decrypted.problem : decrypted.values, [first, {}, second])
  const some = await decryptSopsDocuments(documents.slice(0, 1), keysOf('age.txt'))
  t.deepEqual(some, { problem: 'changed after it was encrypted (MAC mismatch)' })
})

test('all decrypted strings are told, once each, and nothing that was in plain', async (t) => {
  const decrypted = await decryptOne(firstOf(fixture('encrypted/age.yaml')), keysOf('age.txt'))
  const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
  const secrets = 'secrets' in decrypted ? decrypted.secrets : []
  t.deepEqual(secrets, ['chat', 'correct horse battery staple', certificate])
})

test('decrypted mappings have no prototype, and keys that mean something in JavaScript mean nothing', async (t) => {
  const decrypted = await decryptOne(firstOf(fixture('encrypted/secret.json')), keysOf('age.txt'))
  const value = 'value' in decrypted ? decrypted.value : {}
  t.is(Object.getPrototypeOf(value), null)
  t.is(Object.getPrototypeOf(value.metadata), null)
  const hostile: JsonObject = JSON.parse('{"__proto__": {"polluted": "yes"}, "constructor": "x"}')
  const { sops = null } = firstOf(fixture('encrypted/encrypted-suffix.yaml'))
  await decryptOne({ ...hostile, sops }, keysOf('age.txt'))
  t.false('polluted' in {})
})
