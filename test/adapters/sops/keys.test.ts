import { inspect } from 'node:util'
import test from 'ava'
import { readSopsKeys, type SopsKeyTexts } from '../../../src/adapters/sops/sops-keys.ts'
import { fixture } from './fixtures.ts'

const age = fixture('keys/age.txt')
const rsa = fixture('keys/openpgp-rsa.asc')

function counts(texts: SopsKeyTexts): string {
  const read = readSopsKeys(texts)
  return 'problem' in read ? read.problem : `${read.keys.age.length} age, ${read.keys.openpgp.length} OpenPGP`
}

test('key files may hold several keys and comments', (t) => {
  t.is(counts({}), '0 age, 0 OpenPGP')
  t.is(counts({ age }), '1 age, 0 OpenPGP')
  t.is(counts({ age: `${age}\r\n  ${fixture('keys/age-post-quantum.txt')}${age}` }), '2 age, 0 OpenPGP')
  t.is(counts({ openpgp: `a note\n${rsa}${fixture('keys/openpgp-ecc.asc')}` }), '0 age, 2 OpenPGP')
  t.is(counts({ openpgp: rsa.replaceAll('\n', '\r\n') }), '0 age, 1 OpenPGP')
})

test('what is no key file is told, without any of its words', (t) => {
  t.is(counts({ age: '# nothing\n\n' }), 'the age key file contains no key')
  t.is(
    counts({ age: `# my key\n${age.toLowerCase()}` }),
    'line 5 of the age key file is not an age secret key (AGE-SECRET-KEY-1…)',
  )
  t.is(
    counts({ age: 'age153n0j9wu74tma6jzd0mp27hwgnau4v7qywakz3rd47e0yaylv5wsug2mu4' }),
    'line 1 of the age key file is a recipient (public), not a secret key',
  )
  t.is(
    counts({ age: 'AGE-PLUGIN-YUBIKEY-1ABC' }),
    'line 1 of the age key file is the key of an age plugin, which Reeve does not support',
  )
  t.is(
    counts({ age: '-----BEGIN AGE ENCRYPTED FILE-----' }),
    'line 1 of the age key file begins an encrypted file; Reeve needs the key in plain text',
  )
  t.is(counts({ openpgp: 'x' }), 'the OpenPGP key file contains no ASCII-armored private key')
  t.is(
    counts({ openpgp: rsa.replaceAll('PRIVATE', 'PUBLIC') }),
    'the OpenPGP key file contains only a public key',
  )
})

test('keys are never printed', (t) => {
  const read = readSopsKeys({ age, openpgp: rsa })
  t.notRegex(`${inspect(read, { depth: 9 })} ${JSON.stringify(read)}`, /SECRET-KEY|PRIVATE/)
})
