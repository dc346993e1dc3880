import { printableYaml } from '../../model/printable-yaml.ts'
import type { RefusedHead } from '../../model/refused-head.ts'
import { cell } from './status-table.ts'

/** The record of a head that is not applied, for programs: what it says of, and why. */
export function branchRecord(cluster: string, { branch, commit, applied, fault }: RefusedHead): string {
  const { code, message, remedy } = fault
  const record = {
    apiVersion: 'reeve.dev/v1alpha1',
    kind: 'BranchStatus',
    metadata: { name: branch },
    cluster,
    refused: commit,
    ...(applied !== undefined && { applied }),
    problems: [{ code, message, remedy }],
  }
  return printableYaml(record, { noRefs: true, lineWidth: -1 })
}

/** The same for people. */
export function branchNotice({ branch, commit, applied, fault }: RefusedHead): string {
  const instead = applied === undefined ? 'nothing is applied' : `\`${applied.slice(0, 7)}\` stays applied`
  return `❌ The head of ${cell(branch)}, \`${commit.slice(0, 7)}\`, is not applied, ${instead}: ${cell(fault.message)} → ${cell(fault.remedy)}`
}

/** A line of a status commit about the branch. */
export function branchNote(branch: string, commit: string, refused: RefusedHead | undefined): string {
  const head = `the head of ${branch}, ${commit.slice(0, 7)},`
  return refused === undefined
    ? `${head} is applied again`
    : `${head} is not applied: ${refused.fault.message}`
}
