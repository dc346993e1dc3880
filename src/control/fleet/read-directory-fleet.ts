import type { Decrypt } from '../../model/decrypt.ts'
import { type AccountRules, NO_TENANCY } from '../../model/tenancy.ts'
import { snapshotDirectory } from '../../stages/snapshot/snapshot-directory.ts'
import { declareFleet, type Fleet } from './fleet.ts'
import { Renderers } from './renderers.ts'
import { type TemporarySourcesOptions, withTemporarySources } from './with-temporary-sources.ts'

export interface ReadDirectoryOptions extends TemporarySourcesOptions {
  readonly namespace: string
  /** Absent: installations may name any service account, or none. */
  readonly accounts?: AccountRules | undefined
  readonly decrypt: Decrypt
  /** Prefixes of the repositories that bases of overlays may come from. */
  readonly remoteBases?: readonly string[] | undefined
}

/**
 * Declares a local directory as a commit with its content. Remote templates are fetched without credentials,
 * and are not kept.
 */
export function readDirectory(
  directory: string,
  { namespace, accounts = NO_TENANCY.accounts, decrypt, remoteBases, ...from }: ReadDirectoryOptions,
): Promise<Fleet> {
  return withTemporarySources(from, async (sources) => {
    await using renderers = new Renderers({ decrypt, sources, remoteBases })
    const placement = { namespace, accounts }
    return await declareFleet(await snapshotDirectory(directory), { placement, renderers, decrypt })
  })
}
