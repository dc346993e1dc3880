import { writeJson } from '../../../model/json.ts'
import type { ProvenanceRule } from '../../../model/provenance.ts'
import type { PackageStore } from '../charts/package-store.ts'
import { sourceFault } from '../source-fault.ts'
import { checkCosign } from './check-cosign.ts'
import type { Evidence } from './evidence.ts'
import { checkHelmProvenance } from './helm-provenance.ts'
import type { ProvenChart } from './proven-chart.ts'
import { readRuleFiles } from './read-rule-files.ts'
import { ruleFor } from './rule-for.ts'
import { type Trust, trustOf } from './trust-of.ts'

/** Signatures that charts need. What was verified is remembered, with the rule and the keys that it was verified by. */
export class Provenance {
  readonly #rules: readonly ProvenanceRule[]
  readonly #store: PackageStore

  constructor(rules: readonly ProvenanceRule[], store: PackageStore) {
    this.#rules = rules
    this.#store = store
  }

  /**
   * Checks that a package may be used.
   * @param find looks for what the source has beside it
   * @throws FaultError missing-provenance, bad-provenance, untrusted-signer, provenance-keys, and those of `find`
   */
  async check(proven: ProvenChart, find: () => Promise<Evidence>): Promise<void> {
    const rule = ruleFor(proven.chart, this.#rules)
    if (rule === undefined) return
    const files = await readRuleFiles(rule)
    const { repository, name, version } = proven.chart
    const key = writeJson(['provenance', files.digest, repository, name, version, proven.digest])
    if ((await this.#store.noted(key)) === proven.digest) return
    await verify(proven, await trustOf(rule, files), await find())
    await this.#store.note(key, proven.digest).catch(() => {}) // on failure it is only verified again
  }
}

async function verify(proven: ProvenChart, { openPgp, cosign }: Trust, evidence: Evidence): Promise<void> {
  if (openPgp) {
    const file = await evidence.provenanceFile(proven.digest)
    if (file === undefined) throw sourceFault('missing-provenance', 'it has no provenance file (.prov)')
    await checkHelmProvenance(file, proven, openPgp)
  }
  if (cosign) {
    if (evidence.image === undefined)
      throw sourceFault(
        'missing-provenance',
        'a chart repository has no signatures of cosign, only a registry has',
      )
    await checkCosign(await evidence.image(proven.digest), proven, cosign)
  }
}
