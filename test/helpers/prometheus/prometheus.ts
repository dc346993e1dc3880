import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { freePort } from '../../../src/sandbox/free-port.ts'
import { startReaper } from '../../../src/sandbox/reaper.ts'
import { ServerProcess } from '../../../src/sandbox/server-process.ts'
import { buildPrometheus } from './build.ts'

/** A real Prometheus, which collects its own metrics once a second. */
export interface Prometheus extends AsyncDisposable {
  readonly url: string
}

/** Starts one on a free port; it is ready when it has collected something. */
export async function startPrometheus(): Promise<Prometheus> {
  const program = await buildPrometheus()
  const directory = await mkdtemp(join(tmpdir(), 'reeve-prometheus-'))
  const reaper = startReaper()
  reaper.guardDirectory(directory)
  const host = `127.0.0.1:${await freePort()}`
  const file = join(directory, 'prometheus.yaml')
  await writeFile(file, configuration(host))
  const server = new ServerProcess({
    name: 'Prometheus',
    command: [program],
    arguments: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=${host}`,
    ],
    directory,
    log: join(directory, 'prometheus.log'),
    reaper,
    isReady: () =>
      request(`http://${host}/api/v1/query?query=up`).then(
        async ({ body }) => (await body.text()).includes('"instance"'),
        () => false,
      ),
  })
  await server.start()
  return {
    url: `http://${host}`,
    async [Symbol.asyncDispose]() {
      await server.stop()
      await reaper.close()
    },
  }
}

function configuration(host: string): string {
  return JSON.stringify({
    global: { scrape_interval: '1s' },
    scrape_configs: [{ job_name: 'itself', static_configs: [{ targets: [host] }] }],
  })
}
