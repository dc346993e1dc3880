import { faultTable } from '../../src/model/fault-table.ts'
import { page } from './markdown.ts'

const BEGIN = `# Faults

Everything that Reeve reports as wrong has a code, a message and a remedy. The code is stable, for programs;
the message begins with the sentence below and goes on with what is the matter here. A fault of something
that Git declares has its place:

\`\`\`
acme/web.yaml:12: a field that the kind does not have: spec.replica; did you mean replicas?
\`\`\`

The same code and message are in the output of commands, in the log (\`code\`, \`problem\`, \`remedy\`, \`file\`,
\`line\`), in the record on the [status branch](../using/status-branch.md) and in
[plans for programs](../using/plan.md#plans-for-programs).

Here they are in the order of the table: first what Git holds, then what the cluster makes of it, then
Reeve's surroundings.`

/** The reference of faults: a section for each code, so that it has an anchor. */
export function faultsPage(): string {
  const sections = Object.entries(faultTable).map(
    ([code, { title, remedy }]) =>
      `## ${code}\n\n**${sentence(title)}**\n\nWhat to do: ${remedy.replaceAll('<installation>', '&lt;installation>')}.`,
  )
  return page(BEGIN, ...sections)
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`.replaceAll('__', '\\_\\_')
}
