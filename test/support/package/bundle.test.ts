import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type TestFn } from 'ava'
import { buildEngine } from '../../../src/adapters/engine/build-engine.ts'
import { commandSpecs } from '../../../src/cli/program.ts'
import { type Finished, run } from '../../../src/sandbox/child.ts'
import { mainModule, packageRoot, version } from '../../../src/support/package/package-root.ts'
import { type GoModule, sbomOf } from '../../../src/support/package/sbom.ts'
import { fixture } from '../../adapters/sops/fixtures.ts'
import { packageChart } from '../../adapters/source/package-chart.ts'
import { borrowControlPlane } from '../../helpers/control-plane-test.ts'
import { startFleet } from '../../helpers/fleet.ts'
import { type Image, makeImage } from '../../helpers/image.ts'
import { kubectl } from '../../helpers/live.ts'
import { configMap, namespace } from '../../helpers/manifests.ts'
import { startOciRegistry } from '../../helpers/oci-registry/oci-registry.ts'
import { configFile } from '../../helpers/option-file.ts'
import { attachBundle } from '../../helpers/provenance/attach-bundle.ts'
import { cosignSigner } from '../../helpers/provenance/cosign-signer.ts'
import { startSigstore } from '../../helpers/provenance/sigstore.ts'

const test = anyTest as TestFn<{
  readonly image: Image
  /** Runs the program of the image, with nothing around it but what the image has. */
  readonly inImage: (...args: readonly string[]) => Promise<Finished>
  /** The same from src, also where `npm test` has the other tests run what is built. */
  readonly fromSources: (...args: readonly string[]) => Promise<Finished>
}>

test.before(async (t) => {
  const image = await makeImage()
  const env = { ...image.environment, REEVE_ENGINE: await buildEngine(), HOME: image.directory }
  const options = { cwd: image.directory, env }
  t.context = {
    image,
    inImage: (...args) => run([process.execPath, ...image.nodeArguments], args, options),
    fromSources: (...args) => run([process.execPath, mainModule()], args, options),
  }
})

test.after.always(({ context }) => context.image?.[Symbol.asyncDispose]())

test('the image has the program of the sources', async (t) => {
  const { inImage, fromSources } = t.context
  t.is((await inImage('--version')).stdout, `${version()}\n`)
  for (const { name } of commandSpecs)
    t.deepEqual(
      await inImage(...name.split(' '), '--help'),
      await fromSources(...name.split(' '), '--help'),
      name,
    )
})

test('the program of the image decrypts, renders and applies', async (t) => {
  const controlPlane = await borrowControlPlane(t)
  await using fleet = await startFleet(controlPlane)
  await fleet.push({
    'app/acme.yaml': namespace('acme'),
    'app/secret.yaml': fixture('encrypted/openpgp-ecc.yaml'),
    'app/plain.yaml': configMap('acme', 'plain', { a: '1' }),
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'charts/web/templates/web.yaml': configMap('acme', 'web', { of: '{{ .Release.Name }}' }),
    'fleet/web.yaml': `{apiVersion: reeve.dev/v1alpha1, kind: Installation, metadata: {name: web}, spec: {template: {path: charts/web}}}`,
  })
  const key = ['--openpgp-key-file', join(packageRoot(), 'test/adapters/sops/fixtures/keys/openpgp-ecc.asc')]
  const { code, stdout, stderr } = await t.context.inImage('sync', ...fleet.options, ...key)
  t.is(code, 0, stdout + stderr)
  const data = async (object: string) => {
    const { data } = JSON.parse(await kubectl(controlPlane, 'get', object, '-n', 'acme', '-o', 'json'))
    return data
  }
  t.deepEqual(await data('configmap/plain'), { a: '1' })
  t.deepEqual(await data('configmap/web'), { of: 'web' })
  const secrets = Object.values(await data('secret/chat')).map((value) => atob(String(value)))
  t.true(secrets.length > 0)
  t.false(
    secrets.some((value) => value.startsWith('ENC[')),
    'all is decrypted',
  )
})

test('the program of the image verifies charts', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-image-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  await using registry = await startOciRegistry()
  const [sigstore, signer] = [await startSigstore(), cosignSigner()]
  const identity = { issuer: 'https://issuer.example.com', subject: 'charts@example.com' }
  const bundles = {
    byidentity: (of: string) => sigstore.bundle(of, identity),
    bykey: (of: string) => signer.bundle(of),
  }
  for (const [name, bundleOf] of Object.entries(bundles)) {
    const repository = `${name}/chat`
    const { manifest } = await registry.push(
      repository,
      '1.0.0',
      packageChart({ 'Chart.yaml': 'apiVersion: v2\nname: chat\nversion: 1.0.0\n' }),
    )
    await attachBundle({ registry, repository, manifest }, await bundleOf(manifest))
    const chart = { repository: `oci://${registry.host}/${name}`, name: 'chat', version: '1.0.0' }
    const document = { apiVersion: 'reeve.dev/v1alpha1', kind: 'Installation', metadata: { name } }
    await writeFile(
      join(directory, `${name}.json`),
      JSON.stringify({ ...document, spec: { template: { chart } } }),
    )
  }
  const keys = await mkdtemp(join(tmpdir(), 'reeve-keys-'))
  t.teardown(() => rm(keys, { recursive: true, force: true }))
  const [trustedRoot, key] = [join(keys, 'trusted_root.json'), join(keys, 'cosign.pub')]
  await writeFile(trustedRoot, sigstore.trustedRoot)
  await writeFile(key, signer.publicKey)
  const byIdentity = { identities: [identity], trustedRoot }
  const byKey = { keys: [key] }
  const validate = async (cosigns: readonly object[]) => {
    const sources = Object.keys(bundles).map((name, index) => ({
      source: `${registry.host}/${name}`,
      cosign: cosigns[index],
    }))
    const local = { addresses: ['127.0.0.0/8'] }
    const config = await configFile(t, { provenance: sources, sources: local })
    return t.context.inImage('validate', directory, ...config)
  }
  const good = await validate([byIdentity, byKey])
  t.is(good.code, 0, good.stdout + good.stderr)
  const { stdout } = await validate([byKey, byIdentity])
  t.regex(stdout, /2 faults\./)
})

test('the licenses of the libraries in the bundle are beside it', async (t) => {
  const { directory } = t.context.image
  const text = await readFile(join(directory, 'dist/LICENSES.txt'), 'utf8')
  for (const library of [
    'undici',
    'js-yaml',
    'isomorphic-git',
    '@kubernetes/client-node',
    'pino',
    '@sigstore/verify',
  ])
    t.regex(text, new RegExp(`^${library} \\d+\\.\\d+\\.\\d+: `, 'm'))
  t.notRegex(text, /^openpgp /m)
  t.true((await readdir(join(directory, 'node_modules/openpgp'))).includes('LICENSE'))
})

test('the bill of materials names each library and module that the image holds, with its license', async (t) => {
  const { directory } = t.context.image
  const licenses = await readFile(join(directory, 'dist/LICENSES.txt'), 'utf8')
  const { components } = JSON.parse(await readFile(join(directory, 'dist/sbom.cdx.json'), 'utf8')) as Sbom
  t.true(components.some(({ name }) => name === 'isomorphic-git'))
  t.true(components.some(({ name }) => name === 'openpgp'))
  for (const { name, version, purl, licenses: named } of components) {
    t.true(name === 'openpgp' || licenses.includes(`${name} ${version}`), name)
    t.is(decodeURIComponent(purl), `pkg:npm/${name}@${version}`)
    t.is(named?.length, 1, name)
  }

  const engine = await run(['go'], ['version', '-m', '-json', await buildEngine()])
  const modules: readonly GoModule[] = JSON.parse(engine.stdout).Deps
  const program = join(packageRoot(), 'src/adapters/engine/program')
  const texts = await run(['sh'], [join(program, 'licenses.sh')])
  t.is(texts.code, 0, texts.stderr)
  const all = JSON.parse(sbomOf([], modules)) as Sbom
  t.true(all.components.some(({ name }) => name === 'helm.sh/helm/v3'))
  for (const { name, version } of all.components) t.true(texts.stdout.includes(`${name} ${version}\n`), name)
})

interface Sbom {
  readonly components: readonly {
    readonly name: string
    readonly version: string
    readonly purl: string
    readonly licenses?: readonly object[]
  }[]
}
