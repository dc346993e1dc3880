import { describeOwner } from '../../model/former-owner.ts'
import { describeKey } from '../../model/object.ts'
import type { BlockedPlan, CreatePlan, ObjectPlan, PatchPlan } from '../../model/plan.ts'
import { changesOf } from '../../stages/plan/describe/changes.ts'
import { leftOf } from '../../stages/plan/describe/left.ts'
import { takenOverFrom } from '../../stages/plan/ownership/taken-over-from.ts'
import { presentChange } from './change-text.ts'
import { handedOverFrom } from './handover.ts'
import { presentBase, presentLeft } from './left-text.ts'
import { paint, type Style } from './paint.ts'
import type { PlanTextOptions } from './plan-text-options.ts'
import { cut, plain, wrap } from './wrap.ts'
import { yamlOf } from './yaml-text.ts'

const SIGNS: Readonly<Record<ObjectPlan['action'], readonly [string, Style]>> = {
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
export function presentObject(plan: ObjectPlan, options: PlanTextOptions): string {
  const from = handedOverFrom(plan)
  const [sign, style] = from === undefined ? SIGNS[plan.action] : HANDED_OVER
  const title = `  ${paint(style, `${sign} ${plain(describeKey(plan.key))}`, options.colour)}`
  const note = from === undefined ? '' : ` (handed over from ${plain(from)})`
  const state = plan.action === 'unchanged' ? ' (unchanged)' : note
  return `${title}${state}\n${details(plan, options)}${options.explain ? explanation(plan, options) : ''}`
}

function explanation(plan: ObjectPlan, options: PlanTextOptions): string {
  const left = leftOf(plan).map((field) => presentLeft(field, INDENT, options))
  const base = plan.action === 'patch' && plan.base ? presentBase(plan.base, INDENT, options) : ''
  return left.join('') + base
}

function details(plan: ObjectPlan, options: PlanTextOptions): string {
  switch (plan.action) {
    case 'create':
      return createDetails(plan, options)
    case 'patch':
      return patchDetails(plan, options)
    case 'blocked':
      return blockedDetails(plan, options)
    default:
      return ''
  }
}

function patchDetails(plan: PatchPlan, options: PlanTextOptions): string {
  const changes = changesOf(plan)
  if (changes.length > 0)
    return (
      takeoverNote(plan, options) + changes.map((change) => presentChange(change, INDENT, options)).join('')
    )
  if (handedOverFrom(plan) !== undefined) return ''
  return `${INDENT}${paint('dim', "only Reeve's own label and annotation", options.colour)}\n`
}

/** Asks to suspend the former owner, which would revert the object: reeve.dev/adopt does not check that. */
function takeoverNote(plan: PatchPlan, { colour, width }: PlanTextOptions): string {
  const owners = takenOverFrom(plan).map(describeOwner)
  if (owners.length === 0) return ''
  const note = `taken over from ${plain(owners.join(', '))}, which must not be active: suspend it first`
  return `${paint('yellow', wrap(note, width, INDENT).trimEnd(), colour)}\n`
}

function createDetails(plan: CreatePlan, { colour, width }: PlanTextOptions): string {
  const lines = yamlOf(plan.desired, width - INDENT.length, plan.sensitive)
  const rest = lines.length - CREATE_LINES
  const shown = rest > 1 ? [...lines.slice(0, CREATE_LINES), `… ${rest} more lines`] : lines
  return shown
    .map((line) => `${INDENT}${paint('green', cut(line, width - INDENT.length), colour)}\n`)
    .join('')
}

function blockedDetails({ fault, origin }: BlockedPlan, { colour, width }: PlanTextOptions): string {
  const place = fault.location ?? origin
  const at = place ? `${place.file}:${place.line}: ` : ''
  const message = wrap(`${at}${fault.message}`, width, INDENT)
  return `${paint('red', message.trimEnd(), colour)}\n${wrap(fault.remedy, width, `${INDENT}  `)}`
}
