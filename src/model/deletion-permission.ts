import { type Fault, type FaultPlace, fault } from './fault.ts'
import { faultTable } from './fault-table.ts'
import { describeKey, type ObjectKey } from './object.ts'

/** Faults that a trailer of a commit overrides. */
const OVERRIDABLE = ['deletion-limit', 'deletion-protected', 'deletion-waits'] as const
type Overridable = (typeof OVERRIDABLE)[number]

/** Maximum number of objects named in one fault. */
const NAMED = 5

/** Whether a commit's trailer allows the deletion that a fault forbids. */
export function asksForPermission(code: string): code is Overridable {
  return (OVERRIDABLE as readonly string[]).includes(code)
}

/** A fault that a trailer overrides, with the command that adds it. */
export function permissionFault(
  code: Overridable,
  details: string,
  installation: string,
  place?: FaultPlace,
): Fault {
  return { ...fault(code, details, place), remedy: permissionRemedy(code, [installation]) }
}

/** What to do about a fault that a trailer overrides; lines that begin with spaces are to be typed. */
export function permissionRemedy(code: Overridable, installations: readonly string[]): string {
  const ifIntended =
    code === 'deletion-waits'
      ? 'correct the objects that are not applied; if the deletion is intended anyway'
      : 'if it is intended'
  return `${ifIntended}, push a commit that allows it:\n${permissionCommand(installations)}`
}

/** The command for a commit that allows the deletions of installations. */
function permissionCommand(installations: readonly string[]): string {
  // A comma separates names in the trailer, so a name that contains one cannot be given.
  const names = installations.some((name) => name.includes(',')) ? '*' : installations.join(', ')
  const trailer = quotedForShell(`Reeve-Allow-Deletion: ${names}`)
  return `  git commit --allow-empty -m "Allow deletions" \\\n    --trailer ${trailer}`
}

function quotedForShell(text: string): string {
  return /["$`\\!\p{Cc}]/u.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`
}

export interface ObjectFault {
  readonly key: ObjectKey
  readonly fault: Fault
}

/** One fault of an installation, and the objects that it is about, sorted. */
export interface SharedFault {
  readonly fault: Fault
  readonly objects: readonly ObjectKey[]
}

/**
 * Faults of an installation's objects, with those that a trailer overrides in one of each code: the trailer is
 * asked for once, by the first of them.
 */
export function sharePermissions(faults: readonly ObjectFault[]): readonly SharedFault[] {
  const asking = faults.filter(({ fault }) => asksForPermission(fault.code))
  const byCode = [...Map.groupBy(asking, ({ fault }) => fault.code).values()]
  const shared = new Map(byCode.map((group, index) => [group[0], sharedFault(group, index === 0)]))
  return faults.flatMap((each) => {
    if (!asksForPermission(each.fault.code)) return [{ fault: each.fault, objects: [each.key] }]
    return shared.get(each) ?? []
  })
}

function sharedFault(group: readonly ObjectFault[], asks: boolean): readonly SharedFault[] {
  const [first] = group
  if (first === undefined) return []
  const objects = group.map(({ key }) => key).toSorted((a, b) => (describeKey(a) < describeKey(b) ? -1 : 1))
  const remedy = asks ? first.fault.remedy : 'the same commit allows this'
  if (objects.length === 1) return [{ fault: { ...first.fault, remedy }, objects }]
  const { object: _object, ...fault } = first.fault
  return [
    { fault: { ...fault, message: `${sharedMessage(first.fault)}: ${named(objects)}`, remedy }, objects },
  ]
}

/** The limit's message names no object; the others end with theirs. */
function sharedMessage({ code, message }: Fault): string {
  return code === 'deletion-limit' ? message : faultTable[code].title
}

function named(objects: readonly ObjectKey[]): string {
  const more = objects.length > NAMED ? ` and ${objects.length - NAMED} more` : ''
  return `${objects.slice(0, NAMED).map(describeKey).join(', ')}${more}`
}
