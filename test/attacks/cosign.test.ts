import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import { digestOf } from '../../src/adapters/source/charts/digest.ts'
import type { FaultCode } from '../../src/model/fault-table.ts'
import { startRestartableServer } from '../../src/sandbox/restartable-server.ts'
import { packageChart } from '../adapters/source/package-chart.ts'
import { filesOf, problemOf, scene } from '../adapters/source/scene.ts'
import { type OciRegistry, startOciRegistry } from '../helpers/oci-registry/oci-registry.ts'
import { attachBundle, type Target } from '../helpers/provenance/attach-bundle.ts'
import { BUNDLE, cosignSigner } from '../helpers/provenance/cosign-signer.ts'
import { openPgpSigner } from '../helpers/provenance/openpgp-signer.ts'
import { provenanceText } from '../helpers/provenance/provenance-text.ts'
import { startSigstore } from '../helpers/provenance/sigstore.ts'
import { temporaryDirectory } from '../helpers/temporary-directory.ts'

const CHART = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
const INDEX = 'application/vnd.oci.image.index.v1+json'
const IMAGE = 'application/vnd.oci.image.manifest.v1+json'
const chartOf = (version: string, name = 'chat') => ({ 'Chart.yaml': `name: ${name}\nversion: ${version}\n` })
const OTHER = `sha256:${'1'.repeat(64)}`

const test = anyTest as TestFn<{ readonly registry: OciRegistry }>

test.before(async (t) => {
  t.timeout(600_000, 'building the registry')
  t.context = { registry: await startOciRegistry() }
})

test.after.always(({ context }) => context.registry?.[Symbol.asyncDispose]())

const publisher = cosignSigner()
const stranger = cosignSigner()
const sigstore = await startSigstore()
const PUBLISHER = {
  issuer: 'https://token.actions.githubusercontent.com',
  subject: 'https://github.com/acme/charts/.github/workflows/release.yaml@refs/heads/main',
}

interface Attack {
  readonly title: string
  readonly code: FaultCode
  readonly says: RegExp
  readonly attach: (target: Target) => Promise<unknown>
  /** The chart in the package, where it is another. */
  readonly packed?: Readonly<Record<string, string>>
}

const sign = (make: (target: Target) => Parameters<typeof publisher.signature>[0], by = publisher) => {
  return async (target: Target) => attachSignatures(target, [by.signature(make(target))])
}

const BY_KEY: readonly Attack[] = [
  {
    title: 'no signature',
    attach: async () => {},
    code: 'missing-provenance',
    says: /has no signature of cosign$/,
  },
  {
    title: 'a signature by a key that is not listed',
    attach: sign(({ manifest }) => ({ digest: manifest }), stranger),
    code: 'untrusted-signer',
    says: /no listed key made the signature of cosign$/,
  },
  {
    title: 'a signature for another manifest',
    attach: sign(() => ({ digest: OTHER })),
    code: 'bad-provenance',
    says: new RegExp(`is for ${OTHER}, not for sha256:`),
  },
  {
    title: 'a signature for another repository',
    attach: sign(({ manifest, registry }) => ({
      digest: manifest,
      reference: `${registry.host}/acme/other`,
    })),
    code: 'bad-provenance',
    says: /is for .*\/acme\/other, not for .*\/chat:1\.0\.0$/,
  },
  {
    title: 'a signature for another tag of the repository',
    attach: sign(({ manifest, registry, repository }) => ({
      digest: manifest,
      reference: `${registry.host}/${repository}:0.9.0`,
    })),
    code: 'bad-provenance',
    says: /is for .*:0\.9\.0, not for .*\/chat:1\.0\.0$/,
  },
  {
    title: 'a signature whose text would fill the record',
    attach: sign(({ manifest }) => ({ digest: manifest, reference: `a/${'b'.repeat(50_000)}` })),
    code: 'bad-provenance',
    says: /^.{100,800}b…$/,
  },
  {
    title: 'a signature of another kind by the same key',
    attach: sign(({ manifest }) => ({ digest: manifest, type: 'something else' })),
    code: 'bad-provenance',
    says: /is not for an image$/,
  },
  {
    title: 'a huge signed text',
    attach: (target) => {
      const layer = publisher.signature({ digest: target.manifest })
      return attachSignatures(target, [{ ...layer, bytes: Buffer.alloc(65 << 10, layer.bytes) }])
    },
    code: 'missing-provenance',
    says: /has no signature of cosign$/,
  },
  {
    title: 'a bundle by a key that is not listed',
    attach: (target) => attachBundle(target, stranger.bundle(target.manifest)),
    code: 'untrusted-signer',
    says: /no listed key made the Sigstore bundle$/,
  },
  {
    title: 'a bundle for another manifest',
    attach: (target) => attachBundle(target, publisher.bundle(OTHER)),
    code: 'bad-provenance',
    says: new RegExp(`the Sigstore bundle is for ${OTHER}, not for sha256:`),
  },
  {
    title: 'a list of materials instead of a signature',
    attach: (target) => attachBundle(target, publisher.bundle(target.manifest, 'https://spdx.dev/Document')),
    code: 'bad-provenance',
    says: /a statement of the type https:\/\/spdx\.dev\/Document$/,
  },
  {
    title: 'a bundle whose statement was changed',
    attach: (target) => {
      const bundle = JSON.parse(publisher.bundle(OTHER))
      const other = JSON.parse(publisher.bundle(target.manifest))
      bundle.dsseEnvelope.payload = other.dsseEnvelope.payload
      return attachBundle(target, JSON.stringify(bundle))
    },
    code: 'untrusted-signer',
    says: /no listed key made the Sigstore bundle$/,
  },
  {
    title: 'a bundle that is none',
    attach: (target) => attachBundle(target, '{"mediaType": 1}'),
    code: 'bad-provenance',
    says: /the Sigstore bundle: /,
  },
  {
    title: 'a huge bundle',
    attach: (target) => attachBundle(target, `${publisher.bundle(target.manifest)}${' '.repeat(1 << 20)}`),
    code: 'missing-provenance',
    says: /has no signature of cosign$/,
  },
  {
    title: 'a bundle by an identity where a key is required',
    attach: async (target) => attachBundle(target, await sigstore.bundle(target.manifest, PUBLISHER)),
    code: 'untrusted-signer',
    says: /no listed key made the Sigstore bundle$/,
  },
  {
    title: 'a signed older version under the tag of a newer one',
    packed: chartOf('0.9.0'),
    attach: (target) => attachBundle(target, publisher.bundle(target.manifest)),
    code: 'bad-provenance',
    says: /the signed package is for chat 0\.9\.0, not for chat 1\.0\.0$/,
  },
  {
    title: 'a signed package of another chart',
    packed: chartOf('1.0.0', 'shop'),
    attach: sign(({ manifest }) => ({ digest: manifest })),
    code: 'bad-provenance',
    says: /the signed package is for shop 1\.0\.0, not for chat 1\.0\.0$/,
  },
]

const other = await startSigstore()
const BY_IDENTITY: readonly Attack[] = [
  {
    title: 'a bundle by another identity of the same issuer',
    attach: async (target) =>
      attachBundle(
        target,
        await sigstore.bundle(target.manifest, { ...PUBLISHER, subject: `${PUBLISHER.subject}-2` }),
      ),
    code: 'untrusted-signer',
    says: /refs\/heads\/main-2, of https:\/\/token/,
  },
  {
    title: 'a bundle by the same subject of another issuer',
    attach: async (target) =>
      attachBundle(
        target,
        await sigstore.bundle(target.manifest, { ...PUBLISHER, issuer: 'https://issuer.example.com' }),
      ),
    code: 'untrusted-signer',
    says: /of https:\/\/issuer\.example\.com$/,
  },
  {
    title: 'a bundle of other services with the listed identity',
    attach: async (target) => attachBundle(target, await other.bundle(target.manifest, PUBLISHER)),
    code: 'bad-provenance',
    says: /the Sigstore bundle: /,
  },
  {
    title: 'a bundle by the identity for another manifest',
    attach: async (target) => attachBundle(target, await sigstore.bundle(OTHER, PUBLISHER)),
    code: 'bad-provenance',
    says: new RegExp(`the Sigstore bundle is for ${OTHER}`),
  },
  {
    title: 'a bundle that no log knows',
    attach: async (target) => {
      const bundle = JSON.parse(await sigstore.bundle(target.manifest, PUBLISHER))
      bundle.verificationMaterial.tlogEntries = []
      return attachBundle(target, JSON.stringify(bundle))
    },
    code: 'bad-provenance',
    says: /the Sigstore bundle: expected 1 timestamps, got 0/,
  },
  {
    title: 'a signature by a key where an identity is required',
    attach: async (target) => {
      await attachSignatures(target, [publisher.signature({ digest: target.manifest })])
      await attachBundle(target, publisher.bundle(target.manifest))
    },
    code: 'bad-provenance',
    says: /the Sigstore bundle: /,
  },
]

const KEYS = { keys: { 'cosign.pub': publisher.publicKey } }
const IDENTITIES = { identities: [PUBLISHER], root: sigstore.trustedRoot }

for (const [attacks, trusted] of [
  [BY_KEY, KEYS],
  [BY_IDENTITY, IDENTITIES],
] as const)
  for (const { title, attach, code, says, packed = chartOf('1.0.0') } of attacks)
    test(`${title} is refused`, async (t) => {
      const target = await pushed(t, packed)
      await attach(target)
      const provenance = [await ruleOf(t, target, trusted)]
      const problem = await problemOf((await scene(t)).open({ provenance }), reference(target))
      t.is(problem[0], code, problem[1])
      t.regex(problem[1], says)
    })

for (const kind of ['ecdsa', 'ed25519', 'rsa'] as const)
  test(`a chart signed by a key is used: ${kind}`, async (t) => {
    const signer = cosignSigner(kind)
    const attached = [
      (target: Target) => attachBundle(target, signer.bundle(target.manifest)),
      (target: Target) =>
        attachSignatures(target, [
          stranger.signature({ digest: target.manifest }),
          signer.signature({
            digest: target.manifest,
            reference: `${target.registry.host}/${target.repository}`,
          }),
          stranger.signature({ digest: target.manifest }),
        ]),
    ]
    for (const [index, attach] of attached.entries()) {
      const target = await pushed(t, chartOf('1.0.0'), String(index))
      await attach(target)
      const keys = { 'a.pub': publisher.publicKey, 'b.pub': signer.publicKey }
      const provenance = [await ruleOf(t, target, { keys })]
      const files = await filesOf((await scene(t)).open({ provenance }), reference(target))
      t.deepEqual(files, chartOf('1.0.0'))
    }
  })

test('a chart signed by an identity is used, and the referrers of a registry are asked', async (t) => {
  const target = await pushed(t, chartOf('1.0.0'))
  const bundle = await sigstore.bundle(target.manifest, PUBLISHER)
  const index = await attachBundle(target, bundle, 'elsewhere')
  const { asked, through } = await inFront(t, target, (path) =>
    path.includes('/referrers/') ? index : undefined,
  )
  const provenance = [await ruleOf(t, target, IDENTITIES, '*')]
  t.deepEqual(await filesOf((await scene(t)).open({ provenance }), reference(through)), chartOf('1.0.0'))
  t.true(asked.some((path) => path.includes(`/referrers/${target.manifest}?artifactType=`)))
})

for (const [what, answer] of [
  ['refuses the question', 400],
  ['does not know the method', 405],
  ['answers with a page', '<html>'],
  ['lists none', JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] })],
] as const)
  test(`the tag for referrers is asked where the API of a registry ${what}`, async (t) => {
    const target = await pushed(t, chartOf('1.0.0'))
    await attachBundle(target, publisher.bundle(target.manifest))
    const { through } = await inFront(t, target, (path) =>
      path.includes('/referrers/') ? answer : undefined,
    )
    const provenance = [await ruleOf(t, target, KEYS, '*')]
    t.deepEqual(await filesOf((await scene(t)).open({ provenance }), reference(through)), chartOf('1.0.0'))
  })

test('content of a registry that is not what its manifest says is refused', async (t) => {
  const target = await pushed(t, chartOf('1.0.0'))
  const bundle = publisher.bundle(target.manifest)
  await attachBundle(target, bundle)
  const blob = `/blobs/${digestOf(Buffer.from(bundle))}`
  const { through } = await inFront(t, target, (path) => (path.endsWith(blob) ? ` ${bundle}` : undefined))
  const provenance = [await ruleOf(t, target, KEYS, '*')]
  t.is((await problemOf((await scene(t)).open({ provenance }), reference(through)))[0], 'template-digest')
})

test('a signature is found among many statements of other types, and large ones', async (t) => {
  const target = await pushed(t, chartOf('1.0.0'))
  const { registry, repository, manifest } = target
  const image = async (text: string) => ({
    mediaType: IMAGE,
    digest: await registry.pushImage(repository, '', {
      layers: [{ mediaType: BUNDLE, bytes: Buffer.from(text) }],
      artifactType: BUNDLE,
    }),
    size: 1,
    artifactType: BUNDLE,
  })
  const large = await image(
    `${publisher.bundle(manifest, 'https://spdx.dev/Document')}${' '.repeat(1 << 20)}`,
  )
  const annotations = { 'dev.sigstore.bundle.predicateType': 'https://spdx.dev/Document' }
  const others = Array.from({ length: 40 }, () => ({ ...large, annotations }))
  const manifests = [await image(publisher.bundle(manifest)), large, ...others]
  const index = { schemaVersion: 2, mediaType: INDEX, manifests }
  await registry.pushManifest(repository, manifest.replace(':', '-'), index)
  const provenance = [await ruleOf(t, target, KEYS)]
  t.deepEqual(await filesOf((await scene(t)).open({ provenance }), reference(target)), chartOf('1.0.0'))
})

test('a chart in a registry comes with its provenance file, and both may be required', async (t) => {
  const { registry } = t.context
  const bytes = packageChart(chartOf('1.0.0'))
  const signer = await openPgpSigner()
  const text = await signer.sign(provenanceText({ name: 'chat', version: '1.0.0', digest: digestOf(bytes) }))
  const file = { mediaType: 'application/vnd.cncf.helm.chart.provenance.v1.prov', bytes: Buffer.from(text) }
  const repository = 'both/chat'
  const manifest = await registry.pushImage(repository, '1.0.0', {
    layers: [{ mediaType: CHART, bytes }, file],
  })
  const target = { registry, repository, manifest }
  const rule = await ruleOf(t, target, KEYS)
  const keyring = join(await temporaryDirectory(t), 'charts.asc')
  await writeFile(keyring, signer.publicKey)
  const { source } = rule
  const open = async (rules: object) => (await scene(t)).open({ provenance: [{ source, ...rules }] })
  t.deepEqual(await filesOf(await open({ keyrings: [keyring] }), reference(target)), chartOf('1.0.0'))
  const both = { ...rule, keyrings: [keyring] }
  t.is((await problemOf(await open(both), reference(target)))[0], 'missing-provenance')
  await attachBundle(target, publisher.bundle(manifest))
  t.deepEqual(await filesOf(await open(both), reference(target)), chartOf('1.0.0'))
})

test('a pinned package that its tag does not name any more proves nothing', async (t) => {
  const target = await pushed(t, chartOf('1.0.0'))
  await attachBundle(target, publisher.bundle(target.manifest))
  const { layer } = await target.registry.push(
    target.repository,
    '1.0.0',
    packageChart({ ...chartOf('1.0.0'), a: 'b' }),
  )
  const digest = digestOf(packageChart(chartOf('1.0.0')))
  const provenance = [await ruleOf(t, target, KEYS)]
  const pinned = { chart: { ...reference(target).chart, digest } }
  const [code, message] = await problemOf((await scene(t)).open({ provenance }), pinned)
  t.is(code, 'missing-provenance')
  t.true(message.endsWith(`has another package now, ${layer}, and nothing about ${digest}`), message)
})

/** The target behind a server that answers some paths itself. */
async function inFront(
  t: ExecutionContext,
  target: Target,
  answer: (path: string) => string | number | undefined,
) {
  const asked: string[] = []
  const server = await startRestartableServer(async ({ url = '', headers }, response) => {
    asked.push(url)
    const own = answer(url)
    if (own !== undefined) {
      if (typeof own === 'number') response.writeHead(own).end()
      else response.end(own)
      return
    }
    const { accept = '' } = headers
    const theirs = await fetch(`http://${target.registry.host}${url}`, { headers: { accept } })
    response.writeHead(theirs.status).end(Buffer.from(await theirs.arrayBuffer()))
  })
  t.teardown(() => server.stop())
  const host = `127.0.0.1:${server.port}`
  return { asked, through: { ...target, registry: { ...target.registry, host } } }
}

async function pushed(
  t: ExecutionContext<{ readonly registry: OciRegistry }>,
  files: Readonly<Record<string, string>>,
  more = '',
): Promise<Target> {
  const { registry } = t.context
  const repository = `${t.title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}${more}/chat`
  const { manifest } = await registry.push(repository, '1.0.0', packageChart(files))
  return { registry, repository, manifest }
}

const reference = ({ registry, repository }: Target) => ({
  chart: {
    repository: `oci://${registry.host}/${repository.replace(/\/chat$/, '')}`,
    name: 'chat',
    version: '1.0.0',
  },
})

function attachSignatures(
  { registry, repository, manifest }: Target,
  layers: readonly ReturnType<typeof publisher.signature>[],
) {
  return registry.pushImage(repository, `${manifest.replace(':', '-')}.sig`, { layers })
}

interface Trusted {
  readonly keys?: Readonly<Record<string, string>>
  readonly identities?: readonly { readonly issuer: string; readonly subject: string }[]
  readonly root?: string
}

async function ruleOf(
  t: ExecutionContext,
  { registry, repository }: Target,
  { keys = {}, identities, root }: Trusted,
  source?: string,
) {
  const directory = await temporaryDirectory(t)
  for (const [name, text] of Object.entries(keys)) await writeFile(join(directory, name), text)
  const trustedRoot = join(directory, 'trusted_root.json')
  if (root !== undefined) await writeFile(trustedRoot, root)
  const cosign = identities
    ? { identities, trustedRoot }
    : { keys: Object.keys(keys).map((name) => join(directory, name)) }
  return { source: source ?? `${registry.host}/${repository}`, cosign }
}
