import type { ProvenanceRule } from '../../../model/provenance.ts'
import { readRuleFiles } from './read-rule-files.ts'
import { trustOf } from './trust-of.ts'

/** Checks that the files of a rule have keys now. @throws FaultError provenance-keys */
export async function checkRuleFiles(rule: ProvenanceRule): Promise<void> {
  await trustOf(rule, await readRuleFiles(rule))
}
