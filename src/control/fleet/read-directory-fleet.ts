import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TemplateSources } from '../../adapters/source/template-sources.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import { snapshotDirectory } from '../../stages/snapshot/snapshot-directory.ts'
import { declareFleet, type Fleet } from './fleet.ts'
import { Renderers } from './renderers.ts'

/**
 * Declares a local directory as a commit with its content. Remote templates are fetched without credentials,
 * and are not kept.
 */
export async function readDirectory(directory: string, namespace: string, decrypt: Decrypt): Promise<Fleet> {
  const temporary = await mkdtemp(join(tmpdir(), 'reeve-sources-'))
  const sources = new TemplateSources({ directory: temporary })
  try {
    await using renderers = new Renderers({ decrypt, sources })
    return await declareFleet(await snapshotDirectory(directory), { namespace, renderers, decrypt })
  } finally {
    await sources[Symbol.asyncDispose]()
    await rm(temporary, { recursive: true, force: true })
  }
}
