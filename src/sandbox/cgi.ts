import type { ChildProcessByStdio } from 'node:child_process'
import type { ServerResponse } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export type CgiProcess = ChildProcessByStdio<Writable, Readable, Readable>

interface CgiHead {
  readonly status: number
  readonly headers: readonly (readonly [string, string])[]
  /** The part of the body that came with the head. */
  readonly rest: Buffer
}

const headLimit = 65_536

/** Relays a program's CGI response (RFC 3875, section 6), with its body as a stream. */
export async function relayCgi(program: CgiProcess, response: ServerResponse): Promise<void> {
  const said = program.stderr.setEncoding('utf8').toArray()
  await pipeline(program.stdout, (output) => answer(output, response, said), response)
}

/** Sets status and headers before the first part of the body. */
async function* answer(
  output: AsyncIterable<Buffer>,
  response: ServerResponse,
  said: Promise<readonly string[]>,
): AsyncGenerator<Buffer | string> {
  let read = Buffer.alloc(0)
  let head: CgiHead | undefined
  for await (const chunk of output) {
    if (head) {
      yield chunk
      continue
    }
    read = Buffer.concat([read, chunk])
    head = parseHead(read)
    if (head) yield begin(response, head)
    else if (read.length > headLimit) break
  }
  if (head) return
  response.writeHead(500, { 'content-type': 'text/plain' })
  yield `git http-backend did not answer: ${(await said).join('').trim()}\n`
}

/** @returns the part of the body that came with the head */
function begin(response: ServerResponse, { status, headers, rest }: CgiHead): Buffer {
  response.statusCode = status
  for (const [name, value] of headers) response.appendHeader(name, value)
  return rest
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
