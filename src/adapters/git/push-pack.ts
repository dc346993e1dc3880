import { getRemoteInfo2 } from 'isomorphic-git'
import { collect } from './collect.ts'
import type { Connection } from './connection.ts'
import { brokenAnswer } from './git-fault.ts'
import { encodeLine, FLUSH, readBands, readLines } from './pkt-line.ts'
import { redactCredentials } from './redact-credentials.ts'
import { networkError } from './transport.ts'

export interface Push {
  /** The full remote ref. */
  readonly ref: string
  readonly commit: string
  /** Expected commit of the remote ref; undefined: the ref must not exist. */
  readonly expected: string | undefined
  /** All objects that the commit needs and the remote lacks. */
  readonly pack: Buffer
}

const NOBODY = '0'.repeat(40)
const SUPPORTED: readonly string[] = ['report-status', 'side-band-64k']

/**
 * Moves a remote ref if it is at the expected commit: the server does the compare-and-swap
 * (gitprotocol-pack(5), pushing data to a server). isomorphic-git's own push reads all history and every
 * object one by one, which takes 1.5 s for a thousand files.
 * @returns 'pushed', or the reason for the refusal
 */
export async function pushPack(
  connection: Connection,
  push: Push,
): Promise<'pushed' | { readonly refused: string }> {
  try {
    const { refs, capabilities } = await remoteFor(connection)
    const current = refs.find(({ ref }) => ref === push.ref)?.oid
    if (current !== push.expected) return { refused: 'it moved' }
    const chosen = SUPPORTED.filter((name) => Object.hasOwn(capabilities, name))
    const answer = await send(connection, push, chosen)
    return await verdict(connection, push.ref, answer, chosen.includes('side-band-64k'))
  } catch (error) {
    throw networkError(error, connection)
  } finally {
    connection.settle()
  }
}

async function remoteFor({ requestUrl: url, http }: Connection) {
  const { refs = [], capabilities } = await getRemoteInfo2({ url, http, forPush: true, protocolVersion: 1 })
  return { refs, capabilities }
}

async function send(
  { requestUrl, http }: Connection,
  push: Push,
  capabilities: readonly string[],
): Promise<Buffer> {
  const command = `${push.expected ?? NOBODY} ${push.commit} ${push.ref}\0 ${capabilities.join(' ')}`
  const { body } = await http.request({
    url: `${requestUrl}/git-receive-pack`,
    method: 'POST',
    headers: {
      'content-type': 'application/x-git-receive-pack-request',
      accept: 'application/x-git-receive-pack-result',
    },
    body: toAsync([encodeLine(command), FLUSH, push.pack]),
  })
  return collect(body ?? [])
}

async function verdict(connection: Connection, ref: string, answer: Buffer, banded: boolean) {
  const { data, messages } = banded ? readBands(answer) : { data: answer, messages: '' }
  const lines = readLines(data).map((line) => line.toString().trimEnd())
  if (lines.includes('unpack ok') && lines.includes(`ok ${ref}`)) return 'pushed'
  const reasons = lines.filter((line) => !/^(?:ok |unpack ok)/.test(line))
  if (lines.length === 0) throw brokenAnswer(connection.url)
  const words = `${reasons.map((line) => line.replace(`ng ${ref} `, '')).join(', ')} ${messages}`
  return { refused: redactCredentials(words, await connection.secrets()) }
}

async function* toAsync(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  yield* chunks
}
