import { cut } from '../../model/cut.ts'
import { asksForPermission } from '../../model/deletion-permission.ts'
import { isGrantable } from '../../model/missing-rights.ts'
import { describeKey } from '../../model/object.ts'
import { printable } from '../../model/printable.ts'
import { yamlOf } from '../../stages/plan/describe/object-yaml.ts'
import type { ObjectDocument } from '../../stages/plan/describe/plan-document.ts'
import { bounded, OBJECT_LINES } from './bounds.ts'
import { presentChange } from './change-text.ts'
import { presentBase, presentLeft } from './left-text.ts'
import { paint, type Style } from './paint.ts'
import type { PlanTextOptions } from './plan-text-options.ts'
import { wrapLines, wrapRemedy } from './wrap.ts'

const SIGNS: Readonly<Record<ObjectDocument['action'], readonly [string, Style]>> = {
  create: ['+', 'green'],
  patch: ['~', 'yellow'],
  delete: ['-', 'red'],
  blocked: ['!', 'red'],
  unchanged: [' ', 'dim'],
}
const HANDED_OVER = ['=', 'cyan'] as const
const INDENT = '      '
const CREATE_LINES = 24

/** One object of a plan: a line with its sign, and below it the exact changes. */
export function presentObject(object: ObjectDocument, options: PlanTextOptions): readonly string[] {
  const { action, handedOverFrom: from, namespace = '' } = object
  const [sign, style] = from === undefined ? SIGNS[action] : HANDED_OVER
  const name = cut(printable(describeKey({ ...object, namespace })), options.width - 4)
  const note = from === undefined ? '' : ` (handed over from ${printable(from)})`
  const state = action === 'unchanged' ? ' (unchanged)' : note
  const lines = [...details(object, options), ...explanation(object, options)]
  return [
    `  ${paint(style, `${sign} ${name}`, options.colour)}${state}`,
    ...bounded(lines, OBJECT_LINES, INDENT),
  ]
}

function explanation({ left = [], base }: ObjectDocument, options: PlanTextOptions): readonly string[] {
  return [
    ...left.flatMap((field) => presentLeft(field, INDENT, options)),
    ...(base ? presentBase(base, INDENT, options) : []),
  ]
}

function details(object: ObjectDocument, options: PlanTextOptions): readonly string[] {
  switch (object.action) {
    case 'create':
      return createDetails(object, options)
    case 'patch':
      return patchDetails(object, options)
    case 'blocked':
      return blockedDetails(object, options)
    default:
      return []
  }
}

function patchDetails(object: ObjectDocument, options: PlanTextOptions): readonly string[] {
  const { changes = [], handedOverFrom } = object
  if (changes.length > 0)
    return [
      ...takeoverNote(object, options),
      ...replacementNote(object, options),
      ...changes.flatMap((change) => presentChange(change, INDENT, options)),
    ]
  if (handedOverFrom !== undefined) return []
  return [`${INDENT}${paint('dim', "only Reeve's own label and annotation", options.colour)}`]
}

/** Asks to suspend the former owner, which would revert the object: reeve.dev/adopt does not check that. */
function takeoverNote(
  { takenOverFrom: owners = [] }: ObjectDocument,
  { colour, width }: PlanTextOptions,
): readonly string[] {
  if (owners.length === 0) return []
  const note = `taken over from ${owners.join(', ')}, which must not be active: suspend it first`
  return wrapLines(note, width, INDENT).map((line) => paint('yellow', line, colour))
}

function replacementNote(
  { isReplacement }: ObjectDocument,
  { colour, width }: PlanTextOptions,
): readonly string[] {
  if (!isReplacement) return []
  const note = 'replaced: deleted with everything that it owns or holds, then created as declared'
  return wrapLines(note, width, INDENT).map((line) => paint('red', line, colour))
}

function createDetails({ object }: ObjectDocument, { colour, width }: PlanTextOptions): readonly string[] {
  if (object === undefined) return []
  const lines = yamlOf(object, width - INDENT.length).map(
    (line) => `${INDENT}${paint('green', cut(line, width - INDENT.length), colour)}`,
  )
  return bounded(lines, CREATE_LINES, INDENT)
}

/** What can be done about several objects at once is said below them. */
function blockedDetails(
  { fault, file, line }: ObjectDocument,
  { colour, width }: PlanTextOptions,
): readonly string[] {
  if (fault === undefined) return []
  const place = fault.file === undefined ? { file, line } : fault
  const at = place.file === undefined ? '' : `${place.file}:${place.line}: `
  const message = wrapLines(`${at}${fault.message}`, width, INDENT).map((text) => paint('red', text, colour))
  return asksForPermission(fault.code) || isGrantable(fault)
    ? message
    : [...message, ...wrapRemedy(fault.remedy, width, `${INDENT}  `)]
}
