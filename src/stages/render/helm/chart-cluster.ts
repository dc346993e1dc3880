import { hash } from 'node:crypto'
import type { LookupAnswer, LookupQuestion } from '../../../adapters/engine/engine.ts'

/** Data about the cluster that charts may query. */
export interface ChartCluster {
  /** The API server's gitVersion, such as `v1.36.3`. */
  readonly kubeVersion: string
  /** `apps/v1` and `apps/v1/Deployment`. */
  readonly apiVersions: readonly string[]
  /**
   * Undefined without a cluster: lookups then find nothing.
   * @param account service account that asks, `namespace/name`; undefined for Reeve itself
   */
  readonly lookup?: (question: LookupQuestion, account: string | undefined) => Promise<LookupAnswer>
  /** Charts may not look up Secrets. */
  readonly refusesSecrets?: true
}

/** Digest of the data that charts may see besides objects. */
export function digestOfCluster({ kubeVersion, apiVersions }: ChartCluster): string {
  return hash('sha256', JSON.stringify([kubeVersion, apiVersions]))
}
