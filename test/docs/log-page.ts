import { logMessages } from './log-messages.ts'
import { code, page, table } from './markdown.ts'

const BEGIN = `# Log

Each line of the log is a static message with fields: \`installation\`, \`object\`, and for problems the \`code\`,
\`problem\` and \`remedy\` of a [fault](faults.md). \`--log-format\` chooses text or JSON, \`--log-level\` how much.

A write is logged as \`created\`, \`patched\`, \`replaced\`, \`deleted\` or \`moved\`, with its \`reason\`, which is
\`commit\` or \`drift\`, and its \`changes\`. The other messages are:`

/** The reference of the log: every message with its level. */
export async function logPage(): Promise<string> {
  const messages = await logMessages()
  const rows = messages.map(({ level, message }) => [message, code(level)])
  return page(BEGIN, table(['message', 'level'], rows))
}
