import { cut } from '../../model/cut.ts'
import type { Change, InstallationStatus, Problem } from '../../model/status.ts'
import type { ChangedRecord, RemovedRecord } from './changed-records.ts'
import { timesOf } from './changes.ts'

/** Maximum number of problems, and of changes, of one installation. */
const PROBLEMS = 5
const CHANGES = 20
/** Maximum number of objects that stay of one installation. */
const LEFT = 10
const LONGEST_LINE = 300

/** An installation's problems and what to do; a remedy stands below the last of the problems that share it. */
export function problemLines({ problems }: InstallationStatus): readonly string[] {
  const shown = problems.slice(0, PROBLEMS)
  return [
    ...shown.flatMap((problem, index) => {
      const isLast = shown[index + 1]?.remedy !== problem.remedy
      return [problemLine(problem), ...(isLast ? remedyLines(problem) : [])]
    }),
    ...more(problems.length - shown.length, 'problem'),
  ]
}

function remedyLines({ remedy }: Problem): readonly string[] {
  const [first, ...rest] = remedy?.split('\n') ?? []
  if (first === undefined) return []
  const told = rest.filter((line) => line.trim() !== '')
  return [`    → ${oneLine(first)}`, ...told.map((line) => `      ${line.slice(0, LONGEST_LINE)}`)]
}

/** What was written, with the reason. */
export function changeLines({ status, writes }: ChangedRecord): readonly string[] {
  return linesOf(writes, status.commit)
}

/** A removed installation and what was deleted with it. */
export function goneLine({ name, writes, movedTo, left = [] }: RemovedRecord): readonly string[] {
  const moved = movedTo === undefined ? '' : `; its objects moved to ${movedTo}`
  return [`- ${name}: gone${moved}`, ...linesOf(writes, undefined), ...leftLines(left)]
}

function leftLines(left: readonly string[]): readonly string[] {
  const shown = left.slice(0, LEFT)
  return [
    ...shown.map((each) => `  left ${oneLine(each)}`),
    ...more(left.length - shown.length, 'left object'),
  ]
}

function linesOf(
  { changes, moreChanges = 0 }: ChangedRecord['writes'],
  commit: string | undefined,
): readonly string[] {
  const shown = changes.slice(0, CHANGES)
  const hidden = changes.slice(CHANGES).reduce((sum, change) => sum + timesOf(change), moreChanges)
  return [...shown.map((change) => changeLine(change, commit)), ...more(hidden, 'change')]
}

function more(count: number, what: string): readonly string[] {
  if (count <= 0) return []
  return [`  and ${count} more ${what}${count === 1 ? '' : 's'}`]
}

function problemLine({ file, line, object, message }: Problem): string {
  const place = file === undefined ? '' : `${file}:${line}: `
  return `  ${place}${object === undefined ? '' : `${object}: `}${oneLine(message)}`
}

function changeLine(change: Change, current: string | undefined): string {
  const { object, action, reason, fields, from, commit } = change
  const times = timesOf(change)
  const asides = [
    ...(reason === 'commit' ? [] : [reason]),
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(times > 1 ? [`${times} times`] : []),
    ...(isOfAnother(change, current) ? [`at ${commit?.slice(0, 7)}`] : []),
  ]
  const aside = asides.length === 0 ? '' : ` (${asides.join(', ')})`
  const where = fields === undefined ? '' : `: ${fields.join(', ')}`
  return `  ${action}${aside} ${object}${oneLine(where)}`
}

/** Whether a write belongs to another commit than the installation's current one. */
function isOfAnother({ reason, commit }: Change, current: string | undefined): boolean {
  return reason !== 'drift' && commit !== undefined && current !== undefined && commit !== current
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return cut(line, LONGEST_LINE)
}
