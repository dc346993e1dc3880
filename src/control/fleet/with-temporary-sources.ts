import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TemplateSources } from '../../adapters/source/template-sources.ts'
import type { SourceRules } from '../../model/source-rules.ts'
import { trustOf } from '../../support/exchange/trust.ts'

/** Does work with sources that ask without credentials, and keep nothing afterwards. */
export async function withTemporarySources<T>(
  { caFile, rules }: { readonly caFile: string | undefined; readonly rules: SourceRules | undefined },
  work: (sources: TemplateSources) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'reeve-sources-'))
  const sources = new TemplateSources({ directory, trust: trustOf(caFile), rules })
  try {
    return await work(sources)
  } finally {
    await sources[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  }
}
