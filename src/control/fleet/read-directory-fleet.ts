import type { Decrypt } from '../../model/decrypt.ts'
import type { SourceRules } from '../../model/source-rules.ts'
import { type AccountRules, NO_TENANCY } from '../../model/tenancy.ts'
import { snapshotDirectory } from '../../stages/snapshot/snapshot-directory.ts'
import { declareFleet, type Fleet } from './fleet.ts'
import { Renderers } from './renderers.ts'
import { withTemporarySources } from './with-temporary-sources.ts'

export interface ReadDirectoryOptions {
  readonly namespace: string
  /** Absent: installations may name any service account, or none. */
  readonly accounts?: AccountRules | undefined
  readonly decrypt: Decrypt
  /** CAs to trust beside the usual ones. */
  readonly caFile?: string | undefined
  /** Prefixes of the repositories that bases of overlays may come from. */
  readonly remoteBases?: readonly string[] | undefined
  /** Where templates may be fetched from. */
  readonly sources?: SourceRules | undefined
}

/**
 * Declares a local directory as a commit with its content. Remote templates are fetched without credentials,
 * and are not kept.
 */
export function readDirectory(
  directory: string,
  {
    namespace,
    accounts = NO_TENANCY.accounts,
    decrypt,
    caFile,
    remoteBases,
    sources: rules,
  }: ReadDirectoryOptions,
): Promise<Fleet> {
  return withTemporarySources({ caFile, rules }, async (sources) => {
    await using renderers = new Renderers({ decrypt, sources, remoteBases })
    const placement = { namespace, accounts }
    return await declareFleet(await snapshotDirectory(directory), { placement, renderers, decrypt })
  })
}
