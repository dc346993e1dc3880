import { createHmac, randomBytes } from 'node:crypto'
import test from 'ava'
import { hostKeyAlgorithms } from '../../../src/adapters/ssh/host-key.ts'
import { keysOf, parseKnownHosts } from '../../../src/adapters/ssh/known-hosts.ts'

const ED25519 = keyOf('ssh-ed25519', 'one')
const ECDSA = keyOf('ecdsa-sha2-nistp256', 'two')
const RSA = keyOf('ssh-rsa', 'three')

/** The beginning of a key in its wire format, which is all that is looked at. */
function keyOf(type: string, content: string): string {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(type.length)
  return `${type} ${Buffer.concat([length, Buffer.from(type + content)]).toString('base64')}`
}

function hashed(name: string): string {
  const salt = randomBytes(20)
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`
}

interface Case {
  readonly title: string
  readonly text: string
  readonly host?: string
  readonly port?: number
  /** Types of the known keys. */
  readonly known: readonly string[]
  readonly revoked?: number
  readonly hasAuthority?: boolean
}

const HOST = 'git.example.com'

const CASES: readonly Case[] = [
  { title: 'a name', text: `${HOST} ${ED25519}`, known: ['ssh-ed25519'] },
  {
    title: 'a name with a comment after the key',
    text: `${HOST} ${ED25519} added in May`,
    known: ['ssh-ed25519'],
  },
  { title: 'a name in capitals', text: `Git.Example.COM ${ED25519}`, known: ['ssh-ed25519'] },
  {
    title: 'tabs, carriage returns and blank lines',
    text: `\r\n\t${HOST}\t${ED25519}\r\n\n`,
    known: ['ssh-ed25519'],
  },
  { title: 'another name', text: `example.com ${ED25519}`, known: [] },
  { title: 'a longer name', text: `${HOST}.org ${ED25519}`, known: [] },
  { title: 'a comment', text: `# ${HOST} ${ED25519}`, known: [] },
  { title: 'a list of names', text: `a,${HOST},192.0.2.1 ${ED25519}`, known: ['ssh-ed25519'] },
  { title: 'a wildcard', text: `*.example.com ${ED25519}`, known: ['ssh-ed25519'] },
  { title: 'a wildcard for one character', text: `g?t.example.com ${ED25519}`, known: ['ssh-ed25519'] },
  { title: 'a wildcard for too few characters', text: `gi?t.example.com ${ED25519}`, known: [] },
  { title: 'a wildcard before a negation', text: `*.example.com,!${HOST} ${ED25519}`, known: [] },
  { title: 'a negation before a wildcard', text: `!${HOST},*.example.com ${ED25519}`, known: [] },
  {
    title: 'a negation of another host',
    text: `*.example.com,!ci.example.com ${ED25519}`,
    known: ['ssh-ed25519'],
  },
  { title: 'a negation alone', text: `!ci.example.com ${ED25519}`, known: [] },
  { title: 'a regular expression', text: `.*${HOST} ${ED25519}`, known: [] },
  { title: 'a hashed name', text: `${hashed(HOST)} ${ED25519}`, known: ['ssh-ed25519'] },
  { title: 'another hashed name', text: `${hashed('example.com')} ${ED25519}`, known: [] },
  { title: 'a hash of another kind', text: `${hashed(HOST).replace('|1|', '|2|')} ${ED25519}`, known: [] },
  { title: 'a broken hash', text: `|1|x ${ED25519}`, known: [] },
  { title: 'a port', text: `[${HOST}]:2222 ${ED25519}`, port: 2222, known: ['ssh-ed25519'] },
  {
    title: 'a hashed name with port',
    text: `${hashed(`[${HOST}]:2222`)} ${ED25519}`,
    port: 2222,
    known: ['ssh-ed25519'],
  },
  { title: 'a name without the port', text: `${HOST} ${ED25519}`, port: 2222, known: [] },
  { title: 'another port', text: `[${HOST}]:2022 ${ED25519}`, port: 2222, known: [] },
  { title: 'a port that is not asked for', text: `[${HOST}]:2222 ${ED25519}`, known: [] },
  { title: 'an IPv6 address', text: `2001:db8::1 ${ED25519}`, host: '2001:db8::1', known: ['ssh-ed25519'] },
  {
    title: 'an IPv6 address with port',
    text: `[2001:db8::1]:2222 ${ED25519}`,
    host: '2001:db8::1',
    port: 2222,
    known: ['ssh-ed25519'],
  },
  {
    title: 'several keys, in their order',
    text: `${HOST} ${RSA}\n${HOST} ${ED25519}\n*.example.com ${ECDSA}`,
    known: ['ssh-rsa', 'ssh-ed25519', 'ecdsa-sha2-nistp256'],
  },
  { title: 'a revoked key', text: `@revoked ${HOST} ${ED25519}`, known: [], revoked: 1 },
  {
    title: 'a revoked key of all hosts',
    text: `${HOST} ${RSA}\n@revoked * ${ED25519}`,
    known: ['ssh-rsa'],
    revoked: 1,
  },
  { title: 'an authority', text: `@cert-authority *.example.com ${ED25519}`, known: [], hasAuthority: true },
  { title: 'an unknown marker', text: `@trusted ${HOST} ${ED25519}`, known: [] },
  { title: 'a marker in the wrong case', text: `@Revoked ${HOST} ${ED25519}`, known: [] },
  { title: 'a key that is not base64', text: `${HOST} ssh-ed25519 AAAA!`, known: [] },
  { title: 'a key of another type than named', text: `${HOST} ssh-rsa ${ED25519.split(' ')[1]}`, known: [] },
  { title: 'a line without key', text: `${HOST} ssh-ed25519`, known: [] },
  { title: 'a key of the old protocol', text: `${HOST} 1024 35 1234567`, known: [] },
  {
    title: 'a bad line among good ones',
    text: `nonsense\n${HOST} ${ED25519}\n${HOST}`,
    known: ['ssh-ed25519'],
  },
]

for (const { title, text, host = HOST, port = 22, known, revoked = 0, hasAuthority = false } of CASES) {
  test(`known_hosts: ${title}`, (t) => {
    const keys = keysOf(parseKnownHosts(text), host, port)
    t.deepEqual(
      keys.known.map(({ type }) => type),
      known,
    )
    t.is(keys.revoked.length, revoked)
    t.is(keys.hasAuthority, hasAuthority)
  })
}

test('many wildcards do not take for ever', (t) => {
  const pattern = '*a'.repeat(400)
  const keys = keysOf(parseKnownHosts(`${pattern}b ${ED25519}`), 'a'.repeat(2_000), 22)
  t.is(keys.known.length, 0)
})

test('the algorithms of known keys are offered first, and none with SHA-1', (t) => {
  const keys = keysOf(parseKnownHosts(`${HOST} ${RSA}\n${HOST} ${ECDSA}`), HOST, 22)
  t.deepEqual(hostKeyAlgorithms(keys), [
    'rsa-sha2-512',
    'rsa-sha2-256',
    'ecdsa-sha2-nistp256',
    'ssh-ed25519',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
  ])
})
