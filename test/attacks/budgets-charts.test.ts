import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import { packageChart, tarOf } from '../adapters/source/package-chart.ts'
import { serve } from '../helpers/serve.ts'
import { temporaryDirectory } from '../helpers/temporary-directory.ts'
import { nodeInContainer } from './container.ts'
import { isBounded } from './is-contained.ts'

const TAKE = new URL('take-chart.ts', import.meta.url).pathname
const MIB = 1024 ** 2
const GIGABYTE = 2 ** 30
const PACKAGE = packageChart({ 'Chart.yaml': 'name: app\nversion: 1.0.0\n' })
const ENTRY = '\n  app:\n  - version: 1.0.0\n    urls: [app.tgz]\n'
const INDEX = `apiVersion: v1\nentries:${ENTRY}`

interface Attack {
  readonly index?: string
  readonly package?: Uint8Array
  readonly says: RegExp
}

const ATTACKS: Readonly<Record<string, Attack>> = {
  'an index of 50 MB in flow style': {
    index: `{"entries": {"app": [${'{},'.repeat(17e6)}1]}}`,
    says: /exceeds a size limit: chart app 1\.0\.0: http:.*index\.yaml: more than \d+ MiB$/,
  },
  'an index of 20 MB in flow style': {
    index: `entries: {app: [${'{},'.repeat(7e6)}1]}\n`,
    says: /exceeds a size limit: .*which is not laid out as Helm writes it, has more than [\d,]+ values$/,
  },
  'an index of 20 MB of JSON': {
    index: `{"entries": ${'['.repeat(1e3)}${'[],'.repeat(7e6)}1${']'.repeat(1e3)}}`,
    says: /exceeds a size limit: .*which is not laid out as Helm writes it, has more than [\d,]+ values$/,
  },
  'an index in which one chart takes 20 MB': {
    index: `entries:\n  app:\n  - ${`[${'[],'.repeat(3e3)}1],`.repeat(2e3)}\n`,
    says: /exceeds a size limit: .*the entries of "app" have more than [\d,]+ values$/,
  },
  'an index in flow style just within the limit': {
    index: `entries: {app: [{version: 1.0.0, urls: [app.tgz]}, ${'{},'.repeat(2.4e5)}1]}\n`,
    says: /^1 files$/,
  },
  'an index of 20 MB of other charts': {
    index: `${INDEX}${Array.from({ length: 2e5 }, (_, index) => ENTRY.replace('app', `chart-${index}-of-a-large-repository`).slice(1)).join('')}`,
    says: /^1 files$/,
  },
  'a package of a gigabyte of zeros': {
    package: gzipSync(Buffer.concat(Array(GIGABYTE / MIB).fill(Buffer.alloc(MIB))), { level: 1 }),
    says: /exceeds a size limit: chart app 1\.0\.0: it unpacks to more than \d+ MiB$/,
  },
  'a package of 10,000 files just within the limit': {
    package: gzipSync(
      tarOf(
        Array.from({ length: 9_999 }, (_, index) => ({
          path: `app/files/${index}`,
          text: `${index}`.repeat(400),
        })),
      ),
    ),
    says: /^9999 files$/,
  },
  'a package with a million entries': {
    package: gzipSync(
      Buffer.concat([
        ...Array(10).fill(tarOf(Array.from({ length: 5e3 }, () => ({ path: 'app/x' }))).subarray(0, -1024)),
      ]),
    ),
    says: /exceeds a size limit: .*it has more than 10000 entries$/,
  },
}

for (const [what, attack] of Object.entries(ATTACKS))
  test.serial(what, async (t) => {
    const url = await serve(t, (request, response) => {
      if (request.url?.endsWith('index.yaml')) response.end(attack.index ?? INDEX)
      else response.end(attack.package ?? PACKAGE)
    })
    t.regex(await takeFrom(t, url), attack.says)
  })

test.serial('a package without an end', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url?.endsWith('index.yaml')) response.end(INDEX)
    else void flood(response)
  })
  t.regex(await takeFrom(t, url), /exceeds a size limit: .*app\.tgz: more than \d+ MiB$/)
})

async function takeFrom(t: ExecutionContext, url: string): Promise<string> {
  const ended = await nodeInContainer(t, [TAKE, url, await temporaryDirectory(t)])
  isBounded(t, ended)
  t.is(ended.stderr, '')
  return ended.stdout.trimEnd()
}

async function flood(response: ServerResponse): Promise<void> {
  const bytes = Buffer.alloc(MIB)
  const all = function* () {
    for (let sent = 0; sent < GIGABYTE; sent += bytes.length) yield bytes
  }
  await pipeline(Readable.from(all()), response).catch(() => {}) // the client closes the connection
}
