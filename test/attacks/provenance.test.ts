import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { digestOf } from '../../src/adapters/source/charts/digest.ts'
import type { FaultCode } from '../../src/model/fault-table.ts'
import { packageChart } from '../adapters/source/package-chart.ts'
import { filesOf, problemOf, type Reply, type Scene, scene } from '../adapters/source/scene.ts'
import { openPgpSigner } from '../helpers/provenance/openpgp-signer.ts'
import { provenanceText } from '../helpers/provenance/provenance-text.ts'

const FILES = { 'Chart.yaml': 'apiVersion: v2\nname: chat\nversion: 1.0.0\n' }
const PACKAGE = packageChart(FILES)
const DIGEST = digestOf(PACKAGE)
const SIGNED = provenanceText({ name: 'chat', version: '1.0.0', digest: DIGEST })
const DAY_MS = 24 * 3600_000

/** A publisher, whose key is listed. */
const publisher = await openPgpSigner()
const stranger = await openPgpSigner()
const GOOD = await publisher.sign(SIGNED)

interface Attack {
  readonly title: string
  readonly code: FaultCode
  readonly says: RegExp
  /** The package that is served, where it is another. */
  readonly bytes?: Uint8Array
  /** The provenance file that is served. */
  readonly file?: () => Reply | undefined | Promise<Reply | undefined>
  /** The keyring, where it is another. */
  readonly keyring?: () => string | Promise<string>
}

const expired = await openPgpSigner({ date: new Date(Date.now() - 3 * DAY_MS), keyExpirationTime: 24 * 3600 })

const ATTACKS: readonly Attack[] = [
  {
    title: 'no provenance file',
    file: () => undefined,
    code: 'missing-provenance',
    says: /it has no provenance file \(\.prov\)$/,
  },
  {
    title: 'a provenance file by a key that is not listed',
    file: () => stranger.sign(SIGNED),
    code: 'untrusted-signer',
    says: /OpenPGP key [0-9A-F]{16}$/,
  },
  {
    title: 'the provenance file of another chart',
    file: () =>
      publisher.sign(provenanceText({ name: 'shop', version: '1.0.0', digest: `sha256:${'1'.repeat(64)}` })),
    code: 'bad-provenance',
    says: /is for shop 1\.0\.0, not for chat 1\.0\.0$/,
  },
  {
    title: 'a changed package beside its provenance file',
    bytes: packageChart({ ...FILES, 'templates/more.yaml': 'kind: Secret\n' }),
    code: 'bad-provenance',
    says: new RegExp(`is for ${DIGEST}, not for this package, sha256:`),
  },
  {
    title: 'an older package, with its provenance file, as a newer version',
    bytes: packageChart({ 'Chart.yaml': 'name: chat\nversion: 0.9.0\n' }),
    file: () =>
      publisher.sign(
        provenanceText({
          name: 'chat',
          version: '0.9.0',
          digest: digestOf(packageChart({ 'Chart.yaml': 'name: chat\nversion: 0.9.0\n' })),
        }),
      ),
    code: 'bad-provenance',
    says: /is for chat 0\.9\.0, not for chat 1\.0\.0$/,
  },
  {
    title: 'a signed digest of the package as another file',
    file: () =>
      publisher.sign(
        provenanceText({ name: 'chat', version: '1.0.0', digest: DIGEST, file: 'shop-1.0.0.tgz' }),
      ),
    code: 'bad-provenance',
    says: /does not list chat-1\.0\.0\.tgz$/,
  },
  {
    title: 'a provenance file whose text was changed',
    file: () => GOOD.replace('name: chat', 'name: chat\ndescription: more'),
    code: 'bad-provenance',
    says: /the signature of OpenPGP key/,
  },
  {
    title: 'text before a signed message',
    file: () => `${SIGNED}\n${GOOD}`,
    code: 'bad-provenance',
    says: /is not one clear-signed message$/,
  },
  {
    title: 'text after a signed message',
    file: () => `${GOOD}\n${SIGNED}`,
    code: 'bad-provenance',
    says: /is not one clear-signed message$/,
  },
  {
    title: 'a message of a stranger before one of the publisher',
    file: async () => `${await stranger.sign(SIGNED)}\n${GOOD}`,
    code: 'bad-provenance',
    says: /is not one clear-signed message$/,
  },
  {
    title: 'more documents in the signed text than Helm writes',
    file: () => publisher.sign(`${SIGNED}...\nfiles:\n  chat-1.0.0.tgz: ${DIGEST}\n`),
    code: 'bad-provenance',
    says: /does not have two documents$/,
  },
  {
    title: 'a provenance file that is no YAML',
    file: () => publisher.sign('{'),
    code: 'bad-provenance',
    says: /not valid YAML$/,
  },
  {
    title: 'a huge provenance file',
    file: () => `${GOOD}${' '.repeat(2 << 20)}`,
    code: 'template-unavailable',
    says: /\.prov: more than 1 MiB$/,
  },
  {
    title: 'a key that has expired since',
    file: () => expired.sign(SIGNED, { date: new Date(Date.now() - 2.5 * DAY_MS) }),
    keyring: () => expired.publicKey,
    code: 'bad-provenance',
    says: /expired/,
  },
  {
    title: 'a key that was revoked',
    keyring: () => publisher.revoked(),
    code: 'bad-provenance',
    says: /revoked/,
  },
  {
    title: 'a weak hash',
    file: () => readFile(new URL('sha1/chat-1.0.0.tgz.prov', import.meta.url)),
    keyring: () => readFile(new URL('sha1/charts.asc', import.meta.url), 'utf8'),
    code: 'bad-provenance',
    says: /insecure.*SHA1/i,
  },
  {
    title: 'a message with many signatures',
    file: () => publisher.sign(SIGNED, { times: 9 }),
    code: 'bad-provenance',
    says: /has more than 8 signatures$/,
  },
]

for (const {
  title,
  code,
  says,
  bytes = PACKAGE,
  file = () => GOOD,
  keyring = () => publisher.publicKey,
} of ATTACKS)
  test(`${title} is refused`, async (t) => {
    const s = await scene(t)
    serve(s, bytes, await file())
    const problem = await problemOf(s.open({ provenance: [await ruleOf(t, await keyring())] }), reference(s))
    t.is(problem[0], code, problem[1])
    t.regex(problem[1], says)
  })

test('a signed chart is used, verified once, and verified again by other keys', async (t) => {
  const s = await scene(t)
  serve(s, PACKAGE, GOOD)
  const rule = await ruleOf(t, `${stranger.publicKey}\n${publisher.publicKey}`)
  const asked = () => s.asked.filter((path) => path.endsWith('.prov')).length
  t.deepEqual(await filesOf(s.open({ provenance: [rule] }), reference(s)), FILES)
  t.is(asked(), 1)
  t.deepEqual(await filesOf(s.open({ provenance: [rule] }), reference(s)), FILES)
  t.is(asked(), 1)
  await writeFile(rule.keyrings[0] ?? '', stranger.publicKey)
  t.is((await problemOf(s.open({ provenance: [rule] }), reference(s)))[0], 'untrusted-signer')
  t.is(asked(), 2)
})

test('a package from before the rule is refused, also where its digest is pinned and no source answers', async (t) => {
  const s = await scene(t)
  serve(s, PACKAGE, undefined)
  const pinned = { chart: { ...reference(s).chart, digest: DIGEST } }
  t.deepEqual(await filesOf(s.open(), pinned), FILES)
  const provenance = [await ruleOf(t, publisher.publicKey)]
  t.is((await problemOf(s.open({ provenance }), pinned))[0], 'missing-provenance')
  t.is((await problemOf(s.open({ provenance }), reference(s)))[0], 'missing-provenance')
  await s.server.stop()
  t.is((await problemOf(s.open({ provenance }), pinned))[0], 'template-unavailable')
})

test('another spelling of a source is the same source', async (t) => {
  const s = await scene(t)
  serve(s, PACKAGE, undefined)
  const host = s.url.slice('http://'.length)
  for (const path of ['//repo/index.yaml', '/%72epo/index.yaml'])
    s.replies.set(path, s.replies.get('/repo/index.yaml') ?? '')
  const spellings = ['/%72epo', '/x/../repo/', '//repo'].map((path) => s.url + path)
  for (const repository of [...spellings, `${s.url.replace('127.0.0.1', '0x7f.1')}/repo`]) {
    const provenance = [await ruleOf(t, publisher.publicKey, `${host}/repo`)]
    const { chart } = reference(s)
    const problem = await problemOf(s.open({ provenance }), { chart: { ...chart, repository } })
    t.is(problem[0], 'missing-provenance', repository)
  }
})

test('a source without a rule needs no signature, unless a rule is for any', async (t) => {
  const s = await scene(t)
  serve(s, PACKAGE, undefined)
  const host = s.url.slice('http://'.length)
  for (const source of ['charts.example.com', `${host}/rep`, `${host}/repo/chat/more`]) {
    const provenance = [await ruleOf(t, publisher.publicKey, source)]
    t.deepEqual(await filesOf(s.open({ provenance }), reference(s)), FILES, source)
  }
  const provenance = [await ruleOf(t, publisher.publicKey, '*')]
  t.is((await problemOf(s.open({ provenance }), reference(s)))[0], 'missing-provenance')
})

test('keys that cannot be read refuse every chart of the source', async (t) => {
  const s = await scene(t)
  serve(s, PACKAGE, GOOD)
  for (const [text, says] of [
    ['', /has no OpenPGP public key$/],
    [publisher.privateKey, /has a private key/],
    [undefined, /cannot be read \(ENOENT\)$/],
  ] as const) {
    const rule = await ruleOf(t, text ?? '')
    if (text === undefined) await rm(rule.keyrings[0] ?? '')
    const [code, message] = await problemOf(s.open({ provenance: [rule] }), reference(s))
    t.is(code, 'provenance-keys')
    t.regex(message, says)
  }
})

const reference = ({ url }: Scene) => ({
  chart: { repository: `${url}/repo`, name: 'chat', version: '1.0.0' },
})

function serve({ replies }: Scene, bytes: Uint8Array, file: Reply | undefined): void {
  replies.set('/repo/index.yaml', 'entries: {chat: [{version: 1.0.0, urls: [/repo/chat-1.0.0.tgz]}]}')
  replies.set('/repo/chat-1.0.0.tgz', bytes)
  if (file !== undefined) replies.set('/repo/chat-1.0.0.tgz.prov', file)
}

async function ruleOf(t: ExecutionContext, keyring: string, source = '*') {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-keys-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const file = join(directory, 'charts.asc')
  await writeFile(file, keyring)
  return { source, keyrings: [file] }
}
