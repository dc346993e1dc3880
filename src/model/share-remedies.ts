import { asksForPermission } from './deletion-permission.ts'
import type { Fault } from './fault.ts'
import { faultTable } from './fault-table.ts'
import { firstOf } from './first-of.ts'
import { grantRemedy, isGrantable } from './missing-rights.ts'
import { describeKey, type ObjectKey } from './object.ts'

/** Maximum number of objects named in one fault. */
const NAMED = 5

export interface ObjectFault {
  readonly key: ObjectKey
  readonly fault: Fault
}

/** One fault of an installation, and the objects that it is about, sorted. */
export interface ObjectsFault {
  readonly fault: Fault
  readonly objects: readonly ObjectKey[]
}

/**
 * Faults of an installation's objects, so that what can be done about several of them at once is said once: those
 * that a commit's trailer overrides are one of each code, and one ClusterRole grants all missing rights. Which of
 * them says it does not depend on their order.
 */
export function shareRemedies(faults: readonly ObjectFault[]): readonly ObjectsFault[] {
  const asking = faults.filter(({ fault }) => asksForPermission(fault.code))
  const byCode = Map.groupBy(asking, ({ fault }) => fault.code)
  const [asks] = [...byCode.keys()].toSorted()
  const shared = new Map([...byCode].map(([code, group]) => [group[0], objectsFault(group, code === asks)]))
  const grant = grantFor(faults)
  return faults.flatMap((each) => {
    if (asksForPermission(each.fault.code)) return shared.get(each) ?? []
    return [{ fault: grant(each), objects: [each.key] }]
  })
}

/** Gives the first of the faults for missing rights the ClusterRole for all of them. */
function grantFor(faults: readonly ObjectFault[]): (each: ObjectFault) => Fault {
  const missing = faults.filter(({ fault }) => isGrantable(fault)).toSorted(byKey)
  const remedy = grantRemedy(missing.map(({ fault }) => fault.message))
  return (each) => {
    if (remedy === undefined || !isGrantable(each.fault)) return each.fault
    return { ...each.fault, remedy: each === missing[0] ? remedy : 'the same ClusterRole grants this' }
  }
}

function byKey(one: ObjectFault, other: ObjectFault): number {
  return describeKey(one.key) < describeKey(other.key) ? -1 : 1
}

function objectsFault(group: readonly ObjectFault[], asks: boolean): readonly ObjectsFault[] {
  const [first] = group
  if (first === undefined) return []
  const objects = group.toSorted(byKey).map(({ key }) => key)
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
  return firstOf(objects.map(describeKey), NAMED)
}
