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
  stop(): Promise<void>
  start(): Promise<void>
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
  const config = Buffer.from('{}')
  const layer = await upload(url, chart)
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, digest: await upload(url, config), size: config.length },
    layers: [{ mediaType, digest: layer, size: chart.length }],
  })
  await expectCreated('PUT', `${url}/manifests/${tag}`, Buffer.from(manifest), MANIFEST)
  return { manifest: `sha256:${hash('sha256', manifest)}`, layer }
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
