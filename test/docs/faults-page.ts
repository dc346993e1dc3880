import { type FaultRow, faultTable } from '../../src/model/fault-table.ts'
import { noticeTable } from '../../src/model/notice-table.ts'
import { page } from './markdown.ts'

const BEGIN = `# Faults

Every fault that Reeve reports has a code, a message and a remedy. Programs can rely on the code. The message
begins with the sentence below, followed by the details. A fault in something that Git declares also has its
file and line:

\`\`\`
acme/web.yaml:12: a field that the kind does not have: spec.replica; did you mean replicas?
\`\`\`

The same code and message are in the output of commands, in the log (\`code\`, \`problem\`, \`remedy\`, \`file\`,
\`line\`), in the record on the [status branch](../using/status-branch.md) and in
[plans for programs](../using/plan.md#plans-for-programs).

Faults of what Git holds come first, then those of the cluster, then those of Reeve's surroundings.`

const NOTICES = `# Notices

A notice says something about a declaration that is worth knowing and holds nothing up: no exit code and no
state depends on it. \`validate\`, \`plan\`, \`adopt\` and \`explain\` show notices, the log has each once, and the
record of an installation has them as \`notices\`.`

/** The reference of faults: a section for each code, so that it has an anchor. */
export function faultsPage(): string {
  return page(BEGIN, ...sectionsOf(faultTable), NOTICES, ...sectionsOf(noticeTable))
}

function sectionsOf(table: Readonly<Record<string, FaultRow>>): readonly string[] {
  return Object.entries(table).map(
    ([code, { title, remedy }]) =>
      `## ${code}\n\n**${sentence(title)}**\n\nWhat to do: ${remedy.replaceAll('<installation>', '&lt;installation>')}.`,
  )
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replaceAll('__', '\\_\\_')
}
