import { ALTERNATIVES } from '../../src/cli/options/exclusive.ts'
import { environmentName, type OptionDefinition } from '../../src/cli/options/option.ts'
import { type OptionName, optionTable } from '../../src/cli/options/table.ts'
import { commandSpecs } from '../../src/cli/program.ts'
import { code, page, table } from './markdown.ts'

type Option = readonly [name: string, definition: OptionDefinition<unknown>]

const BEGIN = `# Options

Each option is a flag (\`--data-dir DIR\`), an environment variable (\`REEVE_DATA_DIR\`) and a key of the YAML
file that \`--config\` or \`REEVE_CONFIG\` names (\`data-dir: DIR\`). A flag overrides the environment, which
overrides the file. An empty environment variable counts as not given. Reeve reports the faults of all three
at once, before it starts anything.

The file has more keys, which are lists and mappings: \`ignore\` and \`health\`, rules for all installations as in
[\`spec.ignore\` and \`spec.health\`](kinds.md#installation) of an Installation; \`defaultServiceAccount\`,
\`allowedServiceAccounts\`, \`perNamespace\` and \`allow\`, which say [who may do what](../security.md);
\`sources\`, which says [where templates may come from](../using/operating.md#where-templates-may-come-from);
\`provenance\`, which says [who has to have signed charts](../security.md#provenance); and
\`verify\` and \`sign\`, which say [who has to have signed commits](../using/signatures.md).

Durations are written as in Go (\`30s\`, \`5m\`, \`1h30m\`), from one second to a day.`

const SECRETS = `A password, token or key is given by a file or by one of these environment variables, never by a flag,
in the configuration file or in a URL. Reeve reads the files whenever it needs them, so that they can be
renewed while it runs.`

/** The reference of options: each way to give one, by group. */
export function optionsPage(): string {
  const all: readonly Option[] = Object.entries(optionTable)
  const groups = Map.groupBy(
    all.filter(([, { secret }]) => !secret),
    ([, { group }]) => group,
  )
  return page(
    BEGIN,
    ...[...groups].map(([group, options]) => page(`## ${group}`, optionTableOf(options)).trim()),
    `## Secrets\n\n${SECRETS}`,
    table(
      ['environment variable', 'meaning'],
      all.filter(([, { secret }]) => secret).map(([name, { help }]) => [code(environmentName(name)), help]),
    ),
    `## Mutually exclusive options\n\nGive only one option of each line. If they are given in different ways, the higher precedence wins; two given in the same way are a fault.`,
    ALTERNATIVES.map((names) => `- ${names.map(spelt).join(', ')}`).join('\n'),
  )
}

function optionTableOf(options: readonly Option[]): string {
  return table(
    ['flag', 'environment variable', 'key', 'meaning', 'default', 'commands'],
    options.map(([name, definition]) => [
      code(`--${name} ${definition.placeholder}`),
      code(environmentName(name)),
      code(name),
      definition.help,
      defaultOf(definition),
      commandsOf(name as OptionName)
        .map(code)
        .join(', '),
    ]),
  )
}

function defaultOf({ fallback, fallbackHelp }: OptionDefinition<unknown>): string {
  if (fallback !== undefined) return code(fallback)
  return fallbackHelp?.includes('<') ? code(fallbackHelp) : (fallbackHelp ?? '')
}

function commandsOf(name: OptionName): readonly string[] {
  return commandSpecs.filter(({ options }) => options.includes(name)).map((spec) => spec.name)
}

function spelt(name: OptionName): string {
  const isSecret = (optionTable[name] as OptionDefinition<unknown>).secret
  return code(isSecret ? environmentName(name) : `--${name}`)
}
