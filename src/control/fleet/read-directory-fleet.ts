import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TemplateSources } from '../../adapters/source/template-sources.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import { snapshotDirectory } from '../../stages/snapshot/snapshot-directory.ts'
import { trustOf } from '../../support/exchange/trust.ts'
import { declareFleet, type Fleet } from './fleet.ts'
import { Renderers } from './renderers.ts'

export interface ReadDirectoryOptions {
  readonly namespace: string
  readonly decrypt: Decrypt
  /** CAs to trust beside the usual ones. */
  readonly caFile?: string | undefined
}

/**
 * Declares a local directory as a commit with its content. Remote templates are fetched without credentials,
 * and are not kept.
 */
export async function readDirectory(
  directory: string,
  { namespace, decrypt, caFile }: ReadDirectoryOptions,
): Promise<Fleet> {
  const temporary = await mkdtemp(join(tmpdir(), 'reeve-sources-'))
  const sources = new TemplateSources({ directory: temporary, trust: trustOf(caFile) })
  try {
    await using renderers = new Renderers({ decrypt, sources })
    return await declareFleet(await snapshotDirectory(directory), { namespace, renderers, decrypt })
  } finally {
    await sources[Symbol.asyncDispose]()
    await rm(temporary, { recursive: true, force: true })
  }
}
