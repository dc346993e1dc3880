import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { readConfigFile } from '../../../src/cli/options/config-file.ts'
import { describeFault } from '../../../src/model/fault.ts'
import { openPgpSigner } from '../../helpers/provenance/openpgp-signer.ts'

const PEM = publicKey('ec', { namedCurve: 'P-256' })

/** Writes files beside a configuration with these lines of `provenance`, where DIR stands for their directory. */
async function read(t: ExecutionContext, lines: string, files: Readonly<Record<string, string>> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-provenance-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  const file = join(directory, 'reeve.yaml')
  await writeFile(file, `cluster: eu\nprovenance:\n${lines.replaceAll('DIR', directory)}`)
  const { provenance, faults } = await readConfigFile(file)
  const told = faults.map((each) => describeFault(each).replaceAll(`${directory}/`, ''))
  return { provenance: JSON.parse(JSON.stringify(provenance).replaceAll(directory, 'DIR')), faults: told }
}

test('sources with keyrings and keys of cosign are read', async (t) => {
  const { publicKey: ring } = await openPgpSigner()
  const lines = [
    '  - source: charts.example.com:8443/stable',
    '    keyrings: [DIR/a.asc]',
    '    cosign: {keys: [DIR/b.pub]}',
    '  - {source: "*", keyrings: [DIR/a.asc]}',
  ]
  const { provenance, faults } = await read(t, lines.join('\n'), { 'a.asc': ring, 'b.pub': PEM })
  t.deepEqual(faults, [])
  t.deepEqual(provenance, [
    { source: 'charts.example.com:8443/stable', keyrings: ['DIR/a.asc'], cosign: { keys: ['DIR/b.pub'] } },
    { source: '*', keyrings: ['DIR/a.asc'] },
  ])
})

const FILES = {
  'a.asc': '',
  'b.pub': PEM,
  'weak.pub': publicKey('rsa', { modulusLength: 1024 }),
  'root.json': '{}',
  'damaged.json': '{"tlogs": [{"publicKey": {"rawBytes": "aaaa"}}]}',
}
const IDENTITIES = 'identities: [{issuer: a, subject: b}]'

for (const [what, lines, says] of [
  ['neither keyrings nor cosign', '  - source: a', /:3: .*give keyrings, cosign or both/],
  ['a scheme', '  - {source: "https://a", keyrings: [DIR/a.asc]}', /:3: .*source/],
  ['a path that climbs', '  - {source: "a/../b", keyrings: [DIR/a.asc]}', /:3: .*source/],
  [
    'keys and identities',
    `  - {source: a, cosign: {keys: [DIR/b.pub], ${IDENTITIES}, trustedRoot: r}}`,
    /either keys or identities/,
  ],
  [
    'no trusted root',
    `  - {source: a, cosign: {${IDENTITIES}}}`,
    /identities and trustedRoot belong together/,
  ],
  ['no keys', '  - {source: a, keyrings: []}', /keyrings/],
  ['an unknown key', '  - {source: a, keyring: [DIR/a.asc]}', /did you mean keyrings/],
  [
    'a keyring that is not there',
    '  - {source: a, keyrings: [DIR/no.asc]}',
    /:3: .*no\.asc cannot be read \(ENOENT\)$/,
  ],
  ['an empty keyring', '  - {source: b, keyrings: [DIR/a.asc]}', /:3: .*a\.asc has no OpenPGP public key$/],
  ['a directory', '  - {source: b, keyrings: [DIR]}', /is not a file$/],
  ['a keyring that is none', '  - {source: b, keyrings: [DIR/b.pub]}', /b\.pub has no OpenPGP public key$/],
  ['a weak key', '  - {source: b, cosign: {keys: [DIR/weak.pub]}}', /RSA of at least 2048 bits$/],
  ['no PEM', '  - {source: b, cosign: {keys: [DIR/a.asc]}}', /a\.asc has no public key in PEM$/],
  [
    'an empty trusted root',
    `  - {source: b, cosign: {${IDENTITIES}, trustedRoot: DIR/root.json}}`,
    /needs certificate authorities/,
  ],
  [
    'a damaged trusted root',
    `  - {source: b, cosign: {${IDENTITIES}, trustedRoot: DIR/damaged.json}}`,
    /is not a trusted root of Sigstore$/,
  ],
  [
    'another trusted root',
    `  - {source: b, cosign: {${IDENTITIES}, trustedRoot: DIR/b.pub}}`,
    /is not a trusted root of Sigstore$/,
  ],
] as const)
  test(`provenance with ${what} is a fault at start`, async (t) => {
    const { faults } = await read(t, lines, FILES)
    t.is(faults.length, 1, faults.join('\n'))
    t.regex(faults[0] ?? '', says)
  })

function publicKey(type: 'ec' | 'rsa', options: object): string {
  const generate = generateKeyPairSync as (type: string, options: object) => { publicKey: string }
  const encodings = {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }
  return generate(type, { ...options, ...encodings }).publicKey
}
