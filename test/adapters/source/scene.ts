import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import type { SourceNote } from '../../../src/adapters/source/source-note.ts'
import { type SourcesOptions, TemplateSources } from '../../../src/adapters/source/template-sources.ts'
import type { FaultCode } from '../../../src/model/fault-table.ts'
import type { RemoteReference } from '../../../src/model/template.ts'
import { type RestartableServer, startRestartableServer } from '../../../src/sandbox/restartable-server.ts'

/** What a path answers: a body, or whatever the function does. */
export type Reply = string | Uint8Array | ((request: IncomingMessage, response: ServerResponse) => void)

export interface Scene {
  readonly url: string
  readonly server: RestartableServer
  /** By path. What is not there is 404. */
  readonly replies: Map<string, Reply>
  /** Paths asked for. */
  readonly asked: string[]
  /** Where what was fetched is kept. */
  readonly directory: string
  readonly notes: SourceNote[]
  open(options?: Partial<SourcesOptions>): TemplateSources
}

/** Retries follow at once, so that a test is short; a busy machine has time to answer. */
export const IMPATIENT = {
  firstByteMs: 30_000,
  totalMs: 60_000,
  tries: 2,
  pauseMs: 5,
  againAfterMs: 100,
  againAtLatestMs: 200,
}

/** The servers of tests are at this machine. */
export const LOCAL = { addresses: ['127.0.0.0/8', '::1/128'] }

/** An HTTP server that answers what a test says, and a directory; gone when the test ends. */
export async function scene(t: ExecutionContext): Promise<Scene> {
  const replies = new Map<string, Reply>()
  const asked: string[] = []
  const server = await startRestartableServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const reply = replies.get(path)
    if (typeof reply === 'function') return reply(request, response)
    response.statusCode = reply === undefined ? 404 : 200
    response.end(reply)
  })
  t.teardown(() => server.stop())
  const directory = await mkdtemp(join(tmpdir(), 'reeve-source-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const notes: SourceNote[] = []
  const open = (options: Partial<SourcesOptions> = {}) => {
    const sources = new TemplateSources({
      directory,
      onNote: (note) => notes.push(note),
      limits: IMPATIENT,
      rules: LOCAL,
      ...options,
    })
    t.teardown(() => sources[Symbol.asyncDispose]())
    return sources
  }
  return { url: `http://127.0.0.1:${server.port}`, server, replies, asked, directory, notes, open }
}

/** The files of a template as texts, by path. */
export async function filesOf(
  sources: TemplateSources,
  reference: RemoteReference,
): Promise<Readonly<Record<string, string>>> {
  const tree = await sources.tree(reference)
  if ('fault' in tree) throw new Error(tree.fault.message)
  const entries = await tree.entriesBelow('path' in reference ? reference.path : '')
  const contents = await tree.readBlobs(entries.map(({ oid }) => oid))
  return Object.fromEntries(
    entries.map(({ path, oid }) => [path, Buffer.from(contents.get(oid) ?? []).toString()]),
  )
}

/** Why a template can't be had. */
export async function problemOf(
  sources: TemplateSources,
  reference: RemoteReference,
): Promise<readonly [FaultCode, string]> {
  const tree = await sources.tree(reference)
  if (!('fault' in tree)) throw new Error('there is no problem')
  return [tree.fault.code, tree.fault.message]
}
