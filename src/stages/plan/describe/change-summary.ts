import type { JsonValue } from '../../../model/json.ts'
import { writeJson } from '../../../model/json.ts'
import type { FieldChange } from './changes.ts'
import { diffText } from './text-diff.ts'
import { textOfValue } from './text-of-value.ts'

/** Maximum length of a value in a log line, as JSON, and of a path. */
const LONGEST = 300
/** Maximum number of changes in a log line. */
const LISTED = 50

/** A changed field in a log: its values or, where they are long, how many lines differ. */
export interface LoggedChange extends FieldChange {
  /** Such as `2 lines added, 1 removed`; the values are left out. */
  readonly lines?: string
}

/** Changes for a log: bounded in number and size. */
export function loggedChanges(changes: readonly FieldChange[]): readonly LoggedChange[] {
  return changes.slice(0, LISTED).map((change) => {
    const path = change.path.length > LONGEST ? `${change.path.slice(0, LONGEST)}…` : change.path
    return isLong(change.before) || isLong(change.after)
      ? { path, lines: changeSummary(change) }
      : { ...change, path }
  })
}

/** How many changes `loggedChanges` leaves out. */
export function unloggedChanges({ length }: readonly FieldChange[]): number {
  return Math.max(0, length - LISTED)
}

/** `2 lines added, 1 removed`: the change of a long value. */
export function changeSummary({ before, after }: FieldChange): string {
  if (before === undefined) return `${lines(lineCount(after))} added`
  if (after === undefined) return `${lines(lineCount(before))} removed`
  const { added, removed } = diffText(textOfValue(before), textOfValue(after), { length: LONGEST, lines: 0 })
  return describeCounts(added, removed)
}

export function describeCounts(added: number, removed: number): string {
  if (added === removed) return `${lines(added)} changed`
  const parts = [
    ...(added > 0 ? [`${lines(added)} added`] : []),
    ...(removed > 0
      ? [added > 0 ? `${removed.toLocaleString('en')} removed` : `${lines(removed)} removed`]
      : []),
  ]
  return parts.join(', ')
}

function lines(count: number): string {
  return `${count.toLocaleString('en')} line${count === 1 ? '' : 's'}`
}

function lineCount(value: JsonValue | undefined): number {
  return value === undefined ? 0 : textOfValue(value).trimEnd().split('\n').length
}

function isLong(value: JsonValue | undefined): boolean {
  if (value === undefined) return false
  if (typeof value === 'string') return value.length > LONGEST || value.trimEnd().includes('\n')
  return writeJson(value).length > LONGEST
}
