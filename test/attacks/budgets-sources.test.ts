import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import { tarOf } from '../adapters/source/package-chart.ts'
import { serve } from '../helpers/serve.ts'
import { directoryOf } from '../helpers/temporary-directory.ts'
import { reeveInContainer } from './container.ts'
import { isBounded } from './is-contained.ts'

const MIB = 1024 ** 2
const CHARTS = 16
const VERSIONS = Array.from({ length: CHARTS }, (_, index) => `1.0.${index}`)
const INDEX = `apiVersion: v1\nentries:\n  app:\n${VERSIONS.map((version) => `  - {version: ${version}, urls: [${version}.tgz]}\n`).join('')}`
const TOGETHER = /all templates together may take \d+ MiB/

/** A chart within the limit of one. */
function packageOf(large: Buffer, level: number): Buffer {
  const entries = [
    { path: 'app/Chart.yaml', text: 'apiVersion: v2\nname: app\nversion: 1.0.0\n' },
    { path: 'app/files/large', text: large },
  ]
  return gzipSync(tarOf(entries), { level })
}

test.serial('16 charts of 16 MB of zeros, packed to nothing', async (t) => {
  const bytes = packageOf(Buffer.alloc(16 * MIB), 1)
  t.regex(await validated(t, (response) => response.end(bytes)), TOGETHER)
})

test.serial('16 charts of 16 MB, by a fast server', async (t) => {
  const bytes = packageOf(randomBytes(16 * MIB), 0)
  t.regex(await validated(t, (response) => response.end(bytes)), TOGETHER)
})

test.serial('16 charts of 16 MB at once, of which the ends come slowly', async (t) => {
  const bytes = packageOf(randomBytes(16 * MIB), 0)
  const told = await validated(t, async (response) => {
    response.write(bytes.subarray(0, -1))
    await sleep(3_000)
    response.end(bytes.subarray(-1))
  })
  t.regex(told, /all that is fetched at once may take \d+ MiB: it is fetched again later/)
})

test.serial('30 templates of 4 MB that are one file in Git', async (t) => {
  const names = Array.from({ length: 30 }, (_, index) => `t${index}`)
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\n# ${'x'.repeat(4e6)}\n`
  const files = names.map((name) => [`templates/${name}/config.yaml`, text])
  const installations = names.map((name) => [
    `fleet/${name}.yaml`,
    installation(name, `path: templates/${name}`),
  ])
  const directory = await directoryOf(t, Object.fromEntries([...files, ...installations]))
  const ended = await reeveInContainer(t, ['validate', directory])
  isBounded(t, ended)
  t.regex(ended.stdout.replaceAll(/\s+/g, ' '), TOGETHER)
})

type Answer = Parameters<Parameters<typeof serve>[1]>[1]

/** What Reeve says of installations that are made of these charts. */
async function validated(t: ExecutionContext, answer: (response: Answer) => unknown): Promise<string> {
  const url = await serve(t, (request, response) => {
    if (request.url?.endsWith('index.yaml')) response.end(INDEX)
    else void answer(response)
  })
  const files = VERSIONS.map((version, index) => [
    `fleet/c${index}.yaml`,
    installation(`c${index}`, `chart: {repository: "${url}", name: app, version: ${version}}`),
  ])
  const directory = await directoryOf(t, Object.fromEntries(files))
  const ended = await reeveInContainer(t, ['validate', directory, '--source-addresses', '127.0.0.0/8'])
  isBounded(t, ended)
  return ended.stdout.replaceAll(/\s+/g, ' ')
}

function installation(name: string, template: string): string {
  return `apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: ${name}}\nspec: {template: {${template}}}\n`
}
