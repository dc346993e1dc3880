import type { CommandSpec } from '../../src/cli/commands/command-spec.ts'
import { definitionOf } from '../../src/cli/options/table.ts'
import { commandSpecs, operandTerms } from '../../src/cli/program.ts'
import { code, fence, page, table } from './markdown.ts'

const BEGIN = `# Commands

In a checkout write \`npm run --silent reeve --\` instead of \`reeve\`. Every command has
\`--help\`. [Options](options.md) says how to give each option; every command that takes options also takes
\`--config FILE\`.`

/** The reference of commands, from what the help is made of. */
export function commandsPage(): string {
  return page(
    BEGIN,
    table(
      ['command', 'what it does'],
      commandSpecs.map((spec) => [
        `[${code(termOf(spec))}](#reeve-${spec.name.replaceAll(' ', '-')})`,
        spec.summary,
      ]),
    ),
    '## Exit codes',
    table(
      ['command', '0', '1', '2', '3'],
      commandSpecs.map(({ name, exitCodes }) => [
        code(name),
        ...[0, 1, 2, 3].map((each) => exitCodes[each] ?? ''),
      ]),
    ),
    ...commandSpecs.map(sectionOf),
  )
}

function termOf(spec: CommandSpec): string {
  return ['reeve', spec.name, ...operandTerms(spec)].join(' ')
}

function sectionOf(spec: CommandSpec): string {
  return page(
    `## reeve ${spec.name}`,
    fence('', spec.options.length > 0 || spec.switches ? `${termOf(spec)} [OPTIONS]` : termOf(spec)),
    spec.description,
    argumentsOf(spec),
    spec.options.length > 0 &&
      `Options: ${spec.options.map((name) => `[${code(`--${name}`)}](options.md#${groupOf(name)})`).join(', ')}`,
    fence('sh', spec.examples.map(({ command, says }) => `# ${says}\n${command}`).join('\n\n')),
  ).trim()
}

function argumentsOf({ operands = [], switches = {}, parameters = {} }: CommandSpec): string {
  const rows = [
    ...operands.map(({ name, help }) => [code(name), help]),
    ...Object.entries(switches).map(([name, help]) => [code(`--${name}`), help]),
    ...Object.entries(parameters).map(([name, { placeholder, help }]) => [
      code(`--${name} ${placeholder}`),
      help,
    ]),
  ]
  return rows.length === 0 ? '' : table(['argument', 'meaning'], rows)
}

function groupOf(name: CommandSpec['options'][number]): string {
  return definitionOf(name).group.toLowerCase()
}
