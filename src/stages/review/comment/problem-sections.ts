import { asksForPermission, permissionRemedy } from '../../../model/deletion-permission.ts'
import { grantRemedy, isGrantable } from '../../../model/missing-rights.ts'
import { describeKey } from '../../../model/object.ts'
import type { FaultDocument } from '../../plan/describe/fault-document.ts'
import type { Combined, NamedFold } from './combined.ts'
import { name, number, where } from './markdown.ts'
import { problemText, remedyText } from './problem-text.ts'
import type { TextBounds } from './text-bounds.ts'

/** Names of installations in a command, and of objects that are refused for one reason. */
const NAMED = 5

/** Files that cannot be merged. */
export function conflictSection(conflicts: readonly string[], bounds: TextBounds): string {
  if (conflicts.length === 0) return ''
  const shown = conflicts.slice(0, bounds.problems)
  const rest = conflicts.length - shown.length
  return [
    '#### Conflicts',
    '',
    'Both sides changed these files; nothing else is planned until the branch is brought up to date:',
    '',
    ...shown.map((file) => `- ${name(file)}`),
    ...(rest > 0 ? [`- and ${number(rest)} more`] : []),
  ].join('\n')
}

/** Faults of documents, by file and line. */
export function faultSection(faults: readonly FaultDocument[], bounds: TextBounds): string {
  if (faults.length === 0) return ''
  const texts = faults.slice(0, bounds.problems).map((fault) => {
    const { file, line, message, remedy, installations = [] } = fault
    const place =
      file === undefined ? '**Fault**' : `**${name(line === undefined ? file : `${file}:${line}`)}**`
    const at = where(installations)
    return problemText(at === '' ? place : `${place} ${at}`, message, remedy)
  })
  return section(`Faults`, faults.length, texts, bounds)
}

/** Objects that are refused for one reason, and the installations where they are. */
interface Refusal {
  readonly objects: readonly string[]
  readonly fault: FaultDocument
  readonly installations: readonly string[]
  readonly inGit: readonly string[]
}

/** Objects that the API server or Reeve refuses, with the reason and what can be done. */
export function refusalSection({ changes }: Combined, bounds: TextBounds): string {
  const refusals = changes.flatMap(refusalsOf)
  if (refusals.length === 0) return ''
  const texts = refusals.slice(0, bounds.problems).map(({ objects, fault, installations, inGit }) => {
    const remedy = asksForPermission(fault.code)
      ? permissionRemedy(fault.code, inGit.slice(0, NAMED))
      : isGrantable(fault)
        ? ''
        : fault.remedy
    return problemText(`**${objectList(objects)}** ${where(installations)}`, fault.message, remedy)
  })
  const grants = grantRemedy(refusals.flatMap(({ fault }) => (isGrantable(fault) ? fault.message : [])))
  const all = grants === undefined ? texts : [...texts, remedyText(grants)]
  const count = refusals.reduce(
    (sum, { objects, installations }) => sum + objects.length * installations.length,
    0,
  )
  return section('Refused', count, all, bounds, refusals.length)
}

function objectList(objects: readonly string[]): string {
  const rest = objects.length - NAMED
  return `${objects.slice(0, NAMED).map(name).join(', ')}${rest > 0 ? ` and ${number(rest)} more` : ''}`
}

function refusalsOf({ installations, inGit, shown }: NamedFold): readonly Refusal[] {
  const refused = shown.objects.flatMap(({ fault, ...object }) =>
    fault === undefined
      ? []
      : [{ fault, name: describeKey({ ...object, namespace: object.namespace ?? '' }) }],
  )
  const byReason = Map.groupBy(refused, ({ fault }) =>
    JSON.stringify([fault.code, fault.message, fault.remedy]),
  )
  return [...byReason.values()].flatMap((same) => {
    const [first] = same
    const objects = same.map(({ name: object }) => object)
    return first === undefined ? [] : [{ objects, fault: first.fault, installations, inGit }]
  })
}

function section(
  title: string,
  count: number,
  texts: readonly string[],
  { problems }: TextBounds,
  items = count,
): string {
  const rest = items - problems
  const more = rest > 0 ? [`And ${number(rest)} more.`] : []
  return [`#### ${title} (${number(count)})`, ...texts, ...more].join('\n\n')
}

/** What limits the plan: clusters that were not asked everything. */
export function limitSection({ clusters }: Combined, bounds: TextBounds): string {
  const texts = clusters.flatMap(({ cluster, dryRun, warnings }) => [
    ...(dryRun.shown === 'all'
      ? []
      : [
          problemText(
            `${name(cluster)} checked ${dryRun.shown === 'none' ? 'none' : 'only a part'} of this as a dry run`,
            dryRun.reason ?? 'no reason given',
            '',
          ),
        ]),
    ...warnings.map(({ message, remedy }) => problemText(name(cluster), message, remedy)),
  ])
  if (texts.length === 0) return ''
  const rest = texts.length - bounds.problems
  return [
    '#### What limits this plan',
    ...texts.slice(0, bounds.problems),
    ...(rest > 0 ? [`And ${number(rest)} more.`] : []),
  ].join('\n\n')
}
