import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { readPrivateKey } from 'openpgp'
import { helmFor } from '../../helpers/helm.ts'
import { startOciRegistry } from '../../helpers/oci-registry/oci-registry.ts'
import { openPgpSigner } from '../../helpers/provenance/openpgp-signer.ts'
import { findRenderers } from '../../helpers/renderers.ts'
import { filesOf, problemOf, scene } from './scene.ts'

const { helm3, helm4 } = await findRenderers()

for (const [title, program] of [
  ['Helm 3', helm3],
  ['Helm 4', helm4],
] as const)
  test(`what ${title} signs and publishes is used, from a chart repository and a registry`, async (t) => {
    t.timeout(600_000, 'building the registry')
    const directory = await mkdtemp(join(tmpdir(), 'reeve-signed-'))
    t.teardown(() => rm(directory, { recursive: true, force: true }))
    await using registry = await startOciRegistry()
    await using helm = await helmFor(program, { kubeconfig: '/nowhere' })
    const signer = await openPgpSigner()
    const [ring, publicKey] = [join(directory, 'secring.gpg'), join(directory, 'charts.asc')]
    await writeFile(ring, (await readPrivateKey({ armoredKey: signer.privateKey })).write())
    await writeFile(publicKey, signer.publicKey)
    await mkdir(join(directory, 'chat'))
    const metadata = [
      'apiVersion: v2',
      'name: chat',
      'version: 1.0.0+build.1',
      'description: "-----BEGIN"',
      'appVersion: "1.10"',
      'annotations: {a: "...", b: "- x\\n-----END\\n"}',
      '',
    ]
    await writeFile(join(directory, 'chat/Chart.yaml'), metadata.join('\n'))
    const signing = ['--sign', '--key', 'Charts', '--keyring', ring]
    await helm('package', join(directory, 'chat'), ...signing, '--destination', directory)
    const file = 'chat-1.0.0+build.1.tgz'
    await helm('push', join(directory, file), `oci://${registry.host}/team`, '--plain-http')
    const s = await scene(t)
    for (const name of [file, `${file}.prov`])
      s.replies.set(`/${name}`, await readFile(join(directory, name)))
    s.replies.set('/index.yaml', `entries: {chat: [{version: 1.0.0+build.1, urls: ["${file}"]}]}`)
    const provenance = [{ source: '*', keyrings: [publicKey] }]
    for (const repository of [s.url, `oci://${registry.host}/team`]) {
      const reference = { chart: { repository, name: 'chat', version: '1.0.0+build.1' } }
      t.regex(
        (await filesOf(s.open({ provenance }), reference))['Chart.yaml'] ?? '',
        /version: 1\.0\.0\+build\.1/,
      )
      const other = join(directory, 'other.asc')
      await writeFile(other, (await openPgpSigner()).publicKey)
      const refused = s.open({ provenance: [{ source: '*', keyrings: [other] }] })
      t.is((await problemOf(refused, reference))[0], 'untrusted-signer')
    }
  })
