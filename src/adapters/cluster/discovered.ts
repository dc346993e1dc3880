import type { Resource } from '../../model/schema.ts'

/** The resources of some group versions, those of the preferred version first. */
export interface Discovered {
  readonly resources: readonly Resource[]
  /** `group/version` of aggregated APIs that do not answer. */
  readonly unavailable: readonly string[]
}
