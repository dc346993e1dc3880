import { cut } from '../../../model/cut.ts'
import { describeKey } from '../../../model/object.ts'
import { type ChangeLine, changeLines } from '../../plan/describe/change-lines.ts'
import { yamlOf } from '../../plan/describe/object-yaml.ts'
import type { ObjectDocument } from '../../plan/describe/plan-document.ts'
import { visible } from '../../plan/describe/visible.ts'
import { counted, fence, name, prose } from './markdown.ts'
import type { TextBounds } from './text-bounds.ts'

/** Maximum number of changed fields that are compared. */
const MOST_FIELDS = 200

const VERBS: Readonly<Record<ObjectDocument['action'], string>> = {
  create: 'create',
  patch: 'change',
  delete: 'delete',
  blocked: 'refused',
  unchanged: 'unchanged',
}

/** What is told of one object: a line with what happens to it, and the exact changes. */
export interface ObjectText {
  readonly title: string
  readonly lines: readonly string[]
}

export function objectText(object: ObjectDocument, bounds: TextBounds): ObjectText {
  const verb = object.isReplacement ? 'replace' : VERBS[object.action]
  const title = `**${verb}** ${name(describeKey({ ...object, namespace: object.namespace ?? '' }))}`
  return { title: `${title}${noteOf(object)}`, lines: linesOf(object, bounds) }
}

/** @param most maximum number of lines */
export function objectBlock({ title, lines }: ObjectText, most: number): string {
  const shown = boundedLines(lines, most)
  return [title, ...(shown.length === 0 ? [] : [fence('diff', shown)])].join('\n\n')
}

function noteOf({
  handedOverFrom: from,
  takenOverFrom: owners = [],
  isReplacement,
  action,
  changes,
}: ObjectDocument): string {
  return [
    ...(from === undefined ? [] : [`handed over from ${name(from)}`]),
    ...(owners.length === 0 ? [] : [`taken over from ${prose(owners.join(', '))}, which must not be active`]),
    ...(isReplacement ? ['deleted with everything that it owns or holds, then created as declared'] : []),
    ...(action === 'patch' && changes?.length === 0 && from === undefined
      ? ["only Reeve's own label and annotation"]
      : []),
  ]
    .map((note) => ` – ${note}`)
    .join('')
}

function linesOf({ action, object, changes = [] }: ObjectDocument, bounds: TextBounds): readonly string[] {
  const { width, valueLines } = bounds
  if (action === 'create' && object !== undefined)
    return yamlOf(object, width - 2).map((line) => `+ ${cut(visible(line), width - 2)}`)
  const rest = changes.length - MOST_FIELDS
  return [
    ...changes
      .slice(0, MOST_FIELDS)
      .flatMap((change) =>
        changeLines(change, { title: width, value: width, lines: valueLines }).map(lineText),
      ),
    ...(rest > 0 ? [`  … ${counted(rest, 'more field')}`] : []),
  ]
}

/** A line of a diff: a sign comes first, so that nothing in it begins a line. */
function lineText(line: ChangeLine): string {
  switch (line.part) {
    case 'title':
      return line.sign === '~' ? `@@ ${line.text} @@` : `${line.sign} ${line.text}`
    case 'hunk':
      return `@@ ${line.text} @@`
    case 'value':
      return `${line.sign}${line.text}`
    case 'more':
      return `  … ${counted(line.count, 'more line')}`
  }
}

/** The first lines and how many more there are. One line more is shown rather than counted. */
function boundedLines(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most + 1
    ? lines
    : [...lines.slice(0, most), `  … ${counted(lines.length - most, 'more line')}`]
}
