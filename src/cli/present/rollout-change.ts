import type { RolloutChange } from '../../control/edit/change-rollout.ts'
import { printable, printableLines } from '../../model/printable.ts'
import type { Format } from '../options/read-format.ts'
import { documentText } from './document-text.ts'
import { paint, type Style } from './paint.ts'

export interface RolloutChangeOptions {
  readonly format: Format
  readonly colour: boolean
}

/** What became of a change of a rollout. */
export function presentRolloutChange(
  change: RolloutChange,
  { format, colour }: RolloutChangeOptions,
): string {
  return format === 'text' ? textOf(change, colour) : documentText(documentOf(change), format)
}

function documentOf({ request, ...change }: RolloutChange): object {
  return { apiVersion: 'reeve.dev/v1alpha1', kind: 'RolloutChange', ...request, ...change }
}

function textOf(change: RolloutChange, colour: boolean): string {
  const { state, message, branch, commit, pullRequest } = change
  const subject = printable(message.split('\n', 1)[0] ?? '')
  const at = `commit ${commit?.slice(0, 12)} of ${printable(branch)}`
  switch (state) {
    case 'unchanged':
      return `${subject}: ${printable(branch)} says so already.\n`
    case 'shown':
      return `${shown(change, colour)}\nNothing is changed yet: --push commits it to ${printable(branch)}, --pull-request proposes it.\n`
    case 'pushed':
      return `${subject}: ${at}\n`
    default:
      return `${subject}: ${state === 'present' ? 'already ' : ''}proposed by ${pullRequest?.url}, ${at}\n`
  }
}

/** The message of the commit, and its difference. */
function shown({ message, patch }: RolloutChange, colour: boolean): string {
  const lines = printableLines(message).trimEnd().split('\n')
  const told = lines.map((line) => (line === '' ? '' : `    ${line}`)).join('\n')
  const files =
    patch === ''
      ? 'No file changes.\n'
      : patch
          .split('\n')
          .map((line) => painted(line, colour))
          .join('\n')
  return `${told}\n\n${files}`
}

const STYLES: Readonly<Record<string, Style>> = { '-': 'red', '+': 'green', '@': 'cyan', d: 'bold' }

/** Without the carriage return of a line end, which would show; the document for programs has it. */
function painted(line: string, colour: boolean): string {
  const text = printableLines(line.replace(/\r$/, ''))
  const style = STYLES[line.charAt(0)]
  return style === undefined ? text : paint(style, text, colour)
}
