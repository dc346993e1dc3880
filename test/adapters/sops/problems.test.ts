import test from 'ava'
import { createMessage, encrypt, readPrivateKey } from 'openpgp'
import { isJsonObject, type JsonObject, type JsonValue, writeJson } from '../../../src/model/json.ts'
import { decryptOne } from './decrypt-one.ts'
import { firstOf, fixture, keysOf } from './fixtures.ts'
import { Leaf, seal } from './seal.ts'

async function problemOf(document: JsonObject, ...keys: readonly string[]): Promise<string> {
  const decrypted = await decryptOne(document, keysOf(...keys))
  return 'problem' in decrypted ? decrypted.problem : 'none'
}

const encrypted = firstOf(fixture('encrypted/age.yaml'))

/** age.yaml with other metadata. */
function withMetadata(metadata: JsonObject, file = 'encrypted/age.yaml'): JsonObject {
  const document = firstOf(fixture(file))
  return { ...document, sops: { ...mapping(document.sops), ...metadata } }
}

/** age.yaml with other values in stringData. */
function withData(data: JsonObject): JsonObject {
  return { ...encrypted, stringData: { ...mapping(encrypted.stringData), ...data } }
}

function mapping(value: JsonValue | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {}
}

const { username = '', password = '' } = mapping(encrypted.stringData)
const { age = [] } = mapping(encrypted.sops)
const recipient = 'age153n0j9wu74tma6jzd0mp27hwgnau4v7qywakz3rd47e0yaylv5wsug2mu4'

test('where no key fits, the problem names whom the file is encrypted for', async (t) => {
  t.is(await problemOf(encrypted), `no key is given; the file is encrypted for ${recipient}`)
  t.is(
    await problemOf(encrypted, 'age-second.txt', 'openpgp-rsa.asc'),
    `none of the keys fits; the file is encrypted for ${recipient}`,
  )
  t.regex(
    await problemOf(firstOf(fixture('encrypted/both.yaml')), 'age.txt', 'openpgp-ecc.asc'),
    /^none of the keys fits; the file is encrypted for age1\w{58}, age1\w{58}, OpenPGP 3ED1D24DBFEB61C173092751802FC72976240EEB$/,
  )
  t.regex(
    await problemOf(firstOf(fixture('encrypted/shamir.yaml')), 'age.txt', 'openpgp-ecc.asc'),
    /^the keys open 1 of 3 key groups, but 2 are needed; the file is encrypted for age1/,
  )
})

test('key services that Reeve does not ask are named', async (t) => {
  const services = {
    age: [],
    kms: [{ arn: 'arn:aws:kms:eu-1:1:key/a', enc: 'x' }],
    gcp_kms: [{ resource_id: 'projects/p/key', enc: 'x' }],
    azure_kv: [{ vault_url: 'https://v.example', name: 'k', version: '1', enc: 'x' }],
    hc_vault: [{ vault_address: 'https://vault.example', engine_path: 'transit', key_name: 'k', enc: 'x' }],
  }
  t.is(
    await problemOf(withMetadata(services), 'age.txt'),
    'encrypted for AWS KMS arn:aws:kms:eu-1:1:key/a, GCP KMS projects/p/key, Azure Key Vault https://v.example/k, Vault https://vault.example/transit/k; Reeve decrypts with age and OpenPGP keys only',
  )
  t.is(await problemOf(withMetadata({ ...services, age }), 'age.txt'), 'none')
})

test('names from the file are cut short and cannot forge lines', async (t) => {
  const rogue = [{ recipient: `age1\n\u001b[31m${'x'.repeat(5000)}`, enc: 'x' }]
  const problem = await problemOf(withMetadata({ age: rogue }), 'age-second.txt')
  t.true(problem.length < 200)
  t.regex(problem, /^none of the keys fits; the file is encrypted for age1 \[31mx+…$/)
  const many = Array.from({ length: 40 }, (_, index) => ({ recipient: `age1${index}`, enc: 'x' }))
  t.regex(await problemOf(withMetadata({ age: many }), 'age.txt'), /age19 and 30 more$/)
})

test('an OpenPGP key with a passphrase is a problem that names the key', async (t) => {
  t.is(
    await problemOf(firstOf(fixture('encrypted/openpgp-passphrase.yaml')), 'openpgp-passphrase.asc'),
    'OpenPGP key 17B08C25F5C9D0B1597FC30D965B072F3391B4E6 is protected by a passphrase; Reeve needs a key without one',
  )
})

test('an OpenPGP message that does not tell whom it is for opens with the key that it is for', async (t) => {
  const { document } = await seal({ a: new Leaf('str', 'x') }, async (dataKey) => {
    const publicKey = (await readPrivateKey({ armoredKey: fixture('keys/openpgp-rsa.asc') })).toPublic()
    const message = await createMessage({ binary: dataKey })
    const enc = await encrypt({ message, encryptionKeys: publicKey, wildcard: true })
    return { age: [], pgp: [{ fp: 'F00', enc }] }
  })
  t.is(await problemOf(document, 'openpgp-ecc.asc', 'openpgp-passphrase.asc', 'openpgp-rsa.asc'), 'none')
  t.is(
    await problemOf(document, 'openpgp-ecc.asc', 'openpgp-passphrase.asc'),
    'none of the keys fits; the file is encrypted for OpenPGP F00',
  )
})

test('an OpenPGP message for many keys is not tried', async (t) => {
  const publicKey = (await readPrivateKey({ armoredKey: fixture('keys/openpgp-rsa.asc') })).toPublic()
  const forKeys = async (count: number) => {
    const { document } = await seal({ a: new Leaf('str', 'x') }, async (dataKey) => {
      const message = await createMessage({ binary: dataKey })
      const encryptionKeys = Array.from({ length: count }, () => publicKey)
      const enc = await encrypt({ message, encryptionKeys, wildcard: true })
      return { age: [], pgp: [{ fp: 'F00', enc }] }
    })
    return problemOf(document, 'openpgp-rsa.asc')
  }
  t.is(await forKeys(4), 'none')
  t.is(await forKeys(5), 'the data key for OpenPGP F00 names more than 4 keys')
})

const changed = 'changed after it was encrypted (MAC mismatch)'
const moved = 'was changed or moved after it was encrypted'

const changes: readonly (readonly [what: string, document: JsonObject, problem: string])[] = [
  ['a value in plain', { ...encrypted, kind: 'ConfigMap' }, changed],
  ['a value more', { ...encrypted, more: 'x' }, changed],
  ['a value less', { ...encrypted, metadata: { name: 'chat' } }, changed],
  ['the order', { kind: 'Secret', ...encrypted }, changed],
  ['an encrypted value that is swapped', withData({ username: password }), `stringData.username ${moved}`],
  ['an encrypted value less', { ...encrypted, stringData: { username } }, changed],
  [
    'an encrypted value that is cut short',
    withData({ username: String(username).replace(/data:..../, 'data:') }),
    `stringData.username ${moved}`,
  ],
  [
    'a tag that is too short',
    withData({ username: String(username).replace(/tag:[^,]+/, 'tag:AAAA') }),
    `stringData.username ${moved}`,
  ],
  [
    'base64 that is none',
    withData({ username: String(username).replace('iv:', 'iv:*') }),
    'stringData.username is not encrypted, contrary to the rule in the sops metadata',
  ],
  [
    'a value in plain where it has to be encrypted',
    withData({ deep: [{ more: 1 }] }),
    'stringData.deep.more is not encrypted, contrary to the rule in the sops metadata',
  ],
  ['an encrypted value where it has to be plain', { ...encrypted, more: username }, changed],
  ['no MAC', withMetadata({ mac: '' }), 'the sops metadata has no MAC, so changes would go undetected'],
  ['another MAC', withMetadata({ mac: password }), changed],
  ['a MAC that is none', withMetadata({ mac: 'x' }), changed],
  ['the time', withMetadata({ lastmodified: '2020-01-01T00:00:00Z' }), changed],
  [
    'no time',
    withMetadata({ lastmodified: 'x' }),
    'lastmodified in the sops metadata is not an RFC 3339 time',
  ],
  ['mac_only_encrypted', withMetadata({ mac_only_encrypted: true }), changed],
  [
    'a newer version',
    withMetadata({ version: '4.0.0' }),
    'encrypted by SOPS 4; Reeve supports SOPS 3 and older',
  ],
  [
    'two rules',
    withMetadata({ encrypted_suffix: '_secret' }),
    'the sops metadata has both encrypted_suffix and encrypted_regex',
  ],
  [
    'a rule with what RE2 has not',
    withMetadata({ encrypted_regex: '^(?!data)' }),
    'encrypted_regex in the sops metadata is a pattern that Reeve does not support',
  ],
  [
    'a rule that is no pattern',
    withMetadata({ encrypted_regex: '(' }),
    'encrypted_regex in the sops metadata is a pattern that Reeve does not support',
  ],
  [
    'a rule that is no text',
    withMetadata({ encrypted_regex: [] }),
    'encrypted_regex in the sops metadata is not a string',
  ],
  ['nobody', withMetadata({ age: [] }), 'the sops metadata names no recipient'],
  [
    'a damaged data key',
    withMetadata({ age: [{ recipient, enc: 'x' }] }),
    `the data key for ${recipient} is damaged`,
  ],
  ['no data key', withMetadata({ age: [{ recipient }] }), `the data key for ${recipient} is damaged`],
  [
    'a giant data key',
    withMetadata({ age: [{ recipient, enc: 'x'.repeat(70_000) }] }),
    'a data key in the sops metadata is too long',
  ],
  [
    'a crowd',
    withMetadata({ age: Array.from({ length: 101 }, () => ({ recipient, enc: 'x' })) }),
    'encrypted for more than 100 recipients',
  ],
  [
    'a threshold that is none',
    withMetadata({ shamir_threshold: -1 }),
    'shamir_threshold in the sops metadata is not a number of groups',
  ],
]

for (const [what, document, problem] of changes) {
  test(`a file is refused whose change is: ${what}`, async (t) => {
    t.is(await problemOf(document, 'age.txt'), problem)
  })
}

test('damaged OpenPGP messages are a problem, and another recipient may still do', async (t) => {
  const file = 'encrypted/openpgp-rsa.yaml'
  const [entry] = [mapping(firstOf(fixture(file)).sops).pgp].flat()
  const { enc = '', ...rest } = mapping(entry)
  const damaged = {
    ...rest,
    enc: String(enc).replace(/^(.{64})$/m, (line) => `${line.slice(0, 40)}${'A'.repeat(24)}`),
  }
  const problem = await problemOf(withMetadata({ pgp: [damaged] }, file), 'openpgp-rsa.asc')
  t.is(problem, 'the data key for OpenPGP 3ED1D24DBFEB61C173092751802FC72976240EEB is damaged')
  t.is(
    await problemOf(withMetadata({ pgp: [{ ...rest, enc: 'x' }] }, file), 'openpgp-rsa.asc'),
    `none of the keys fits; the file is encrypted for OpenPGP ${rest.fp}`,
  )
  t.is(await problemOf(withMetadata({ pgp: [damaged, { ...rest, enc }] }, file), 'openpgp-rsa.asc'), 'none')
})

test('a lost order of keys that are whole numbers is told from a change', async (t) => {
  t.regex(
    await problemOf(firstOf(fixture('encrypted/moved-keys.yaml')), 'age.txt'),
    /^keys that are whole numbers do not come first and in ascending order, or .* \(MAC mismatch\)$/,
  )
})

const unfit: readonly (readonly [type: string, content: string | Buffer, problem: string])[] = [
  ['int', 'x', 'is not an integer, contrary to its type'],
  ['float', 'NaN', 'is not a finite number, contrary to its type'],
  ['float', '1e999', 'is not a finite number, contrary to its type'],
  ['bool', 'maybe', 'is not a boolean, contrary to its type'],
  ['str', Buffer.from([0xff]), 'holds bytes that are not UTF-8 text'],
  ['comment', ' why', 'is a comment in place of a value'],
  ['future', 'x', 'has the type future, which Reeve does not know'],
]

for (const [type, content, problem] of unfit) {
  test(`${content} of the type ${type} is a problem: it ${problem}`, async (t) => {
    const { document, keys } = await seal({ data: { a: new Leaf(type, content) } })
    t.deepEqual(await decryptOne(document, keys), { problem: `data.a ${problem}` })
  })
}

test('values of the types bytes, bool and comment are read as older versions wrote them', async (t) => {
  const { document, keys } = await seal({
    bytes: new Leaf('bytes', 'text'),
    bool: new Leaf('bool', 'True'),
    list: [new Leaf('comment', ' why'), [new Leaf('int', '7')], new Leaf('comment', ' end')],
  })
  const decrypted = await decryptOne(document, keys)
  t.deepEqual('value' in decrypted && { ...decrypted.value }, { bytes: 'text', bool: true, list: [[7]] })
})

test('long integers are decrypted with all their digits, and are secret', async (t) => {
  const texts = ['9223372036854775807', '-9007199254740993', '9223372036854775000']
  const { document, keys } = await seal({ list: texts.map((text) => new Leaf('int', text)) })
  const decrypted = await decryptOne(document, keys)
  t.is('value' in decrypted && writeJson(decrypted.value), `{"list":[${texts.join()}]}`)
  t.deepEqual('secrets' in decrypted && decrypted.secrets, texts)
})

test('keys that mean something in JavaScript mean nothing', async (t) => {
  const tree = JSON.parse('{"__proto__": {"polluted": {}}, "constructor": {"prototype": {}}}')
  const { document, keys } = await seal({ ...tree, a: new Leaf('str', 'x') })
  const hostile = Object.defineProperty(document, '__proto__', {
    value: { polluted: null },
    enumerable: true,
  })
  const decrypted = await decryptOne(hostile, keys)
  t.false('polluted' in {})
  t.is(
    'value' in decrypted && JSON.stringify(decrypted.value),
    '{"__proto__":{"polluted":null},"constructor":{"prototype":{}},"a":"x"}',
  )
})

test('patterns that would take for ever are given up', async (t) => {
  const { document, keys } = await seal({ ['a'.repeat(40)]: new Leaf('str', 'x') }, () => ({
    encrypted_regex: '^(a+)+!$',
  }))
  t.deepEqual(await decryptOne(document, keys), {
    problem: 'encrypted_regex in the sops metadata takes too long to match',
  })
})

test('ten thousand values take no longer than a few hundred times one', async (t) => {
  const tree = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index) => [`key${index}`, new Leaf('str', `secret ${index}`)]),
  )
  const { document, keys } = await seal({ data: tree })
  const decrypted = await decryptOne(document, keys)
  t.is('secrets' in decrypted && decrypted.secrets.length, 10_000)
})
