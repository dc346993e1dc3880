import { hash } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { freePort } from '../../../src/sandbox/free-port.ts'
import { startReaper } from '../../../src/sandbox/reaper.ts'
import { ServerProcess } from '../../../src/sandbox/server-process.ts'
import { buildOciRegistry } from './build.ts'

const CHART = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip'
const CONFIG = 'application/vnd.cncf.helm.config.v1+json'
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'

/** The real registry of CNCF Distribution. */
export interface OciRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string
  /** Pushes a packaged chart as `helm push` does. @returns the digests of the manifest and of the package */
  push(repository: string, tag: string, chart: Uint8Array, mediaType?: string): Promise<Pushed>
  /** Pushes a manifest with its layers; without a tag, by its digest. @returns the digest */
  pushImage(repository: string, tag: string, image: Image): Promise<string>
  /** Pushes a manifest or an index as it is. @returns its digest */
  pushManifest(repository: string, tag: string, manifest: Manifest): Promise<string>
  stop(): Promise<void>
  start(): Promise<void>
}

/** A manifest; fields beside `layers` are written as they are. */
export interface Image {
  readonly layers: readonly Layer[]
  readonly [field: string]: unknown
}

export interface Manifest {
  readonly mediaType: string
  readonly [field: string]: unknown
}

export interface Layer {
  readonly mediaType: string
  readonly bytes: Uint8Array
  readonly annotations?: Readonly<Record<string, string>>
}

export interface Pushed {
  readonly manifest: string
  readonly layer: string
}

/** Starts an empty one on a free port. */
export async function startOciRegistry(): Promise<OciRegistry> {
  const program = await buildOciRegistry()
  const directory = await mkdtemp(join(tmpdir(), 'reeve-registry-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  const host = `127.0.0.1:${await freePort()}`
  const file = join(directory, 'config.yaml')
  await writeFile(file, configuration(directory, host))
  const server = new ServerProcess({
    name: 'the OCI registry',
    command: [program],
    arguments: ['serve', file],
    directory,
    log: join(directory, 'registry.log'),
    reaper,
    isReady: () =>
      request(`http://${host}/v2/`).then(
        async ({ statusCode, body }) => {
          await body.dump()
          return statusCode === 200
        },
        () => false,
      ),
  })
  await server.start()
  return {
    host,
    push: (repository, tag, chart, mediaType = CHART) =>
      push(`http://${host}/v2/${repository}`, tag, chart, mediaType),
    pushImage: (repository, tag, image) => pushImage(`http://${host}/v2/${repository}`, tag, image),
    pushManifest: (repository, tag, manifest) =>
      pushManifest(`http://${host}/v2/${repository}`, tag, manifest),
    stop: () => server.stop(),
    start: () => server.start(),
    async [Symbol.asyncDispose]() {
      await server.stop()
      await reaper.close()
    },
  }
}

function configuration(directory: string, host: string): string {
  return JSON.stringify({
    version: 0.1,
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(directory, 'data') } },
    http: { addr: host },
  })
}

async function push(url: string, tag: string, chart: Uint8Array, mediaType: string): Promise<Pushed> {
  const manifest = await pushImage(url, tag, { layers: [{ mediaType, bytes: chart }] })
  return { manifest, layer: `sha256:${hash('sha256', chart)}` }
}

async function pushImage(url: string, tag: string, { layers, ...more }: Image): Promise<string> {
  const config = Buffer.from('{}')
  const descriptors = layers.map(async ({ bytes, ...rest }) => ({
    ...rest,
    digest: await upload(url, bytes),
    size: bytes.length,
  }))
  return pushManifest(url, tag, {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, digest: await upload(url, config), size: config.length },
    layers: await Promise.all(descriptors),
    ...more,
  })
}

async function pushManifest(url: string, tag: string, manifest: Manifest): Promise<string> {
  const text = JSON.stringify(manifest)
  const digest = `sha256:${hash('sha256', text)}`
  await expectCreated('PUT', `${url}/manifests/${tag || digest}`, Buffer.from(text), manifest.mediaType)
  return digest
}

async function upload(url: string, bytes: Uint8Array): Promise<string> {
  const digest = `sha256:${hash('sha256', bytes)}`
  const begun = await request(`${url}/blobs/uploads/`, { method: 'POST' })
  await begun.body.dump()
  const location = new URL(String(begun.headers.location), url)
  location.searchParams.set('digest', digest)
  await expectCreated('PUT', location.href, bytes, 'application/octet-stream')
  return digest
}

async function expectCreated(method: 'PUT', url: string, body: Uint8Array, type: string): Promise<void> {
  const answer = await request(url, { method, body, headers: { 'content-type': type } })
  const text = await answer.body.text()
  if (answer.statusCode !== 201) throw new Error(`${method} ${url}: ${answer.statusCode} ${text}`)
}
