import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import test, { type ExecutionContext } from 'ava'
import { startGitServer } from '../../src/sandbox/git-server.ts'
import { workingCopy } from '../../src/sandbox/working-copy.ts'
import { serve } from '../helpers/serve.ts'
import { temporaryDirectory } from '../helpers/temporary-directory.ts'
import { type Ended, nodeInContainer } from './container.ts'
import { isBounded } from './is-contained.ts'

const FETCH = new URL('fetch-main.ts', import.meta.url).pathname
const COMMIT = '1'.repeat(40)
const HEAD = `${COMMIT} refs/heads/main`
const CAPABILITIES = 'multi_ack_detailed side-band-64k thin-pack ofs-delta shallow agent=git/2'
const GIGABYTE = 2 ** 30

test.serial('an answer of a gigabyte to a fetch', async (t) => {
  const url = await serve(t, async (request, response) => {
    if (request.method === 'POST') return flood(response, 'result', band(randomBytes(65_000)))
    response.writeHead(200, typeOf('advertisement'))
    response.end(`${line('# service=git-upload-pack\n')}0000${line(`${HEAD}\0${CAPABILITIES}\n`)}0000`)
  })
  const { stdout } = await fetchFrom(t, url)
  t.regex(stdout, /^the repository exceeds a size limit: the answer to a fetch: more than \d+ MiB\n$/)
})

test.serial('a list of refs of a gigabyte', async (t) => {
  const url = await serve(t, (_, response) => {
    const refs = Array.from({ length: 1_000 }, (_, index) => line(`${COMMIT} refs/heads/branch-${index}\n`))
    return flood(response, 'advertisement', Buffer.from(refs.join('')))
  })
  const { stdout } = await fetchFrom(t, url)
  t.regex(stdout, /^the repository exceeds a size limit: the answer to a list: more than \d+ MiB\n$/)
})

for (const [what, count, mebibytes, says] of [
  ['a file of 100 MiB of zeros', 1, 100, 'an object'],
  ['twelve files of 30 MiB of zeros', 12, 30, 'all objects together'],
] as const)
  test.serial(what, async (t) => {
    await using server = await startGitServer()
    await using work = await workingCopy(server)
    for (let index = 0; index < count; index += 1) {
      const bytes = Buffer.alloc(mebibytes << 20)
      bytes[0] = index
      await work.write(`file-${index}.bin`, bytes)
    }
    await work.commit('zeros')
    await work.push()
    const { stdout } = await fetchFrom(t, server.url)
    t.true(stdout.startsWith(`the repository exceeds a size limit: ${says}: more than `))
  })

test.serial('a repository just within the limits', async (t) => {
  await using server = await startGitServer()
  await using work = await workingCopy(server)
  for (let index = 0; index < 15; index += 1) await work.write(`file-${index}.bin`, randomBytes(4 << 20))
  const head = await work.commit('noise')
  await work.push()
  const { stdout } = await fetchFrom(t, server.url)
  t.is(stdout, `${head}\n`)
})

async function fetchFrom(t: ExecutionContext, url: string): Promise<Ended> {
  const ended = await nodeInContainer(t, [FETCH, url, await temporaryDirectory(t)])
  isBounded(t, ended)
  t.is(ended.stderr, '')
  return ended
}

/** Sends the same again and again, until it is a gigabyte or the client has had enough. */
async function flood(response: ServerResponse, type: string, bytes: Buffer): Promise<void> {
  const first = type === 'result' ? line('NAK\n') : `${line('# service=git-upload-pack\n')}0000`
  const all = function* () {
    yield Buffer.from(first)
    for (let sent = 0; sent < GIGABYTE; sent += bytes.length) yield bytes
  }
  response.writeHead(200, typeOf(type))
  await pipeline(Readable.from(all()), response).catch(() => {}) // the client closes the connection
}

function typeOf(what: string) {
  return { 'content-type': `application/x-git-upload-pack-${what}` }
}

function line(text: string): string {
  return (text.length + 4).toString(16).padStart(4, '0') + text
}

function band(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${(bytes.length + 5).toString(16).padStart(4, '0')}\x01`), bytes])
}
