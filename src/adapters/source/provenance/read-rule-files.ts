import { hash } from 'node:crypto'
import { writeJson } from '../../../model/json.ts'
import type { ProvenanceRule } from '../../../model/provenance.ts'
import { readKeyFile } from './read-key-file.ts'

/** The files that a rule names, as they are now. */
export interface RuleFiles {
  /** The same for the same rule with the same content of files. */
  readonly digest: string
  readonly contents: ReadonlyMap<string, Uint8Array>
}

/** @throws FaultError provenance-keys */
export async function readRuleFiles(rule: ProvenanceRule): Promise<RuleFiles> {
  const read = filesOf(rule).map(async (file) => [file, await readKeyFile(file)] as const)
  const contents = new Map(await Promise.all(read))
  const digests = [...contents].map(([file, bytes]) => [file, hash('sha256', bytes)])
  return { digest: hash('sha256', writeJson([rule, digests])), contents }
}

function filesOf({ keyrings = [], cosign }: ProvenanceRule): readonly string[] {
  if (cosign === undefined) return keyrings
  return [...keyrings, ...('keys' in cosign ? cosign.keys : [cosign.trustedRoot])]
}
