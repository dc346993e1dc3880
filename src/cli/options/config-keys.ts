import type { ProvenanceRule } from '../../model/provenance.ts'
import { NO_RULES, type Rules } from '../../model/rules.ts'
import type { ReviewSettings } from '../../model/settings.ts'
import type { SigningRule, VerifyRule } from '../../model/signing.ts'
import type { SourceRules } from '../../model/source-rules.ts'
import { NO_TENANCY, type Tenancy } from '../../model/tenancy.ts'

/** What the configuration file says besides options. */
export interface ConfigRules {
  /** Handling of objects, for all installations. */
  readonly rules: Rules
  /** Who installations act as, and which objects they may declare. */
  readonly tenancy: Tenancy
  /** Where templates may be fetched from. */
  readonly sources: SourceRules
  /** Signatures that charts need. */
  readonly provenance: readonly ProvenanceRule[]
  /** How changes are reviewed. */
  readonly review: ReviewSettings
  /** Signatures that commits need; absent: none. */
  readonly verify?: VerifyRule | undefined
  /** What Reeve signs its own commits by. */
  readonly sign?: SigningRule | undefined
}

/** What it says where it says nothing, or there is none. */
export const NO_CONFIG_RULES: ConfigRules = {
  rules: NO_RULES,
  tenancy: NO_TENANCY,
  sources: {},
  provenance: [],
  review: { forks: false },
}
