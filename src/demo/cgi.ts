import type { ChildProcessByStdio } from 'node:child_process'
import type { ServerResponse } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export type CgiProcess = ChildProcessByStdio<Writable, Readable, Readable>

interface CgiHead {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  /** What of the body came with the head. */
  readonly rest: Buffer
}

const headLimit = 65_536

/** Passes a program's CGI answer (RFC 3875, section 6) on, its body as a stream. */
export async function relayCgi(program: CgiProcess, response: ServerResponse): Promise<void> {
  const said = program.stderr.setEncoding('utf8').toArray()
  const output = program.stdout
  const head = await readHead(output)
  if (!head) {
    response.writeHead(500, { 'content-type': 'text/plain' })
    response.end(`git http-backend gave no answer: ${(await said).join('').trim()}\n`)
    return
  }
  response.statusCode = head.status
  for (const [name, value] of head.headers) response.appendHeader(name, value)
  response.write(head.rest)
  await pipeline(output, response)
}

async function readHead(output: Readable): Promise<CgiHead | undefined> {
  let read = Buffer.alloc(0)
  while (read.length < headLimit) {
    const chunk = await nextChunk(output)
    if (!chunk) return undefined
    read = Buffer.concat([read, chunk])
    const head = parseHead(read)
    if (head) return head
  }
  return undefined
}

// `for await` would destroy the stream at the end of the loop.
function nextChunk(stream: Readable): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      const chunk: Buffer | null = stream.read()
      if (chunk === null && !stream.readableEnded) return
      stream.off('readable', settle).off('end', settle).off('error', reject)
      resolve(chunk ?? undefined)
    }
    stream.on('readable', settle).on('end', settle).on('error', reject)
    settle()
  })
}

function parseHead(read: Buffer): CgiHead | undefined {
  const text = read.toString('latin1')
  const end = /\r?\n\r?\n/.exec(text)
  if (!end) return undefined
  const headers = text
    .slice(0, end.index)
    .split(/\r?\n/)
    .map((line): readonly [string, string] => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon), line.slice(colon + 1).trim()]
    })
  const status = headers.find(([name]) => name.toLowerCase() === 'status')
  return {
    status: status ? Number.parseInt(status[1], 10) : 200,
    headers: headers.filter(([name]) => name.toLowerCase() !== 'status'),
    rest: read.subarray(end.index + end[0].length),
  }
}
