import type { CommandSpec } from './commands/command-spec.ts'
import { paint } from './present/paint.ts'

/** The help below a command's options: environment, exit codes and examples. */
export function helpAfter(spec: CommandSpec, colour: boolean): string {
  const title = (text: string) => paint('bold', text, colour)
  const blocks = [
    ...(spec.options.length > 0 ? [`${title('Environment and file:')}\n${environment(spec)}`] : []),
    `${title('Exit codes:')}\n${exitCodes(spec)}`,
    `${title('Examples:')}\n${examples(spec, colour)}`,
  ]
  return `\n${blocks.join('\n\n')}`
}

function environment(spec: CommandSpec): string {
  const git = spec.options.includes('repo') ? ['REEVE_GIT_PASSWORD', 'REEVE_GIT_TOKEN'] : []
  const keys = spec.options.includes('age-key-file') ? ['REEVE_AGE_KEY', 'REEVE_OPENPGP_KEY'] : []
  const webhooks = spec.options.includes('webhook-secret-file') ? ['REEVE_WEBHOOK_SECRET'] : []
  const forge = spec.options.includes('forge-token-file') ? ['REEVE_FORGE_TOKEN'] : []
  const secrets = secretsText([...git, ...keys, ...webhooks, ...forge])
  return `${secrets}  Each option can also be set by an environment variable, REEVE_ and its name in
  capitals (REEVE_${variable(spec)}), and by a key in the YAML file of --config.
  Flags override the environment, which overrides the file.`
}

function secretsText(names: readonly string[]): string {
  if (names.length === 0) return ''
  const listed = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return `${wrap(`${listed} hold the secret itself, not a file.`)}\n`
}

/** Lines of at most 80 columns, indented by two. */
function wrap(text: string): string {
  return text.replace(/(.{1,78})(?: |$)/g, '  $1\n').trimEnd()
}

function variable({ options }: CommandSpec): string {
  return (options.includes('status-branch') ? 'status-branch' : (options[0] ?? ''))
    .toUpperCase()
    .replaceAll('-', '_')
}

function exitCodes(spec: CommandSpec): string {
  return Object.entries(spec.exitCodes)
    .map(([code, meaning]) => `  ${code}  ${meaning}`)
    .join('\n')
}

function examples(spec: CommandSpec, colour: boolean): string {
  return spec.examples
    .map(
      ({ command, says }) => `  ${paint('dim', `# ${says}`, colour)}\n  ${command.replaceAll('\n', '\n  ')}`,
    )
    .join('\n\n')
}
