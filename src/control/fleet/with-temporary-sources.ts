import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TemplateSources } from '../../adapters/source/template-sources.ts'
import type { ProvenanceRule } from '../../model/provenance.ts'
import type { SourceRules } from '../../model/source-rules.ts'
import { trustOf } from '../../support/exchange/trust.ts'

export interface TemporarySourcesOptions {
  /** CAs to trust beside the usual ones. */
  readonly caFile?: string | undefined
  /** Where templates may be fetched from. */
  readonly sources?: SourceRules | undefined
  /** Signatures that charts need; absent: none. */
  readonly provenance?: readonly ProvenanceRule[] | undefined
}

/** Does work with sources that ask without credentials, and keep nothing afterwards. */
export async function withTemporarySources<T>(
  { caFile, provenance, sources: rules }: TemporarySourcesOptions,
  work: (sources: TemplateSources) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-sources-'))
  const sources = new TemplateSources({ directory, trust: trustOf(caFile), provenance, rules })
  try {
    return await work(sources)
  } finally {
    await sources[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  }
}
