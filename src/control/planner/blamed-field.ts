import { type Fault, FaultError } from '../../model/fault.ts'
import type { Origin } from '../../model/installation.ts'
import { type Locate, locator } from '../../stages/declare/yaml/line-of.ts'
import type { History } from '../fleet/history.ts'
import type { Member } from '../fleet/member.ts'

/** A fault that blames a field of an object in a file. */
interface Blame {
  readonly fault: Fault
  readonly pointer: string
  readonly origin: Origin
}

/**
 * Places each fault at the line of the field that it blames, if the API server named one: an object may be
 * long. If the text is unavailable, the object's own line stays. A file may hold thousands of objects with
 * faults, so each file is read once, one after the other.
 */
export async function atBlamedFields(
  faults: readonly Fault[],
  member: Member,
  history: History,
): Promise<readonly Fault[]> {
  const blames = faults.flatMap((fault) => blameOf(fault, member) ?? [])
  const placed = new Map<Fault, Fault>()
  for (const [file, some] of Map.groupBy(blames, ({ origin }) => origin.file)) {
    const text = await history.textAt(member.target?.revision.own ?? '', file).catch(unlessFault)
    if (text === undefined) continue
    const locate = locator(text)
    for (const blame of some) placed.set(blame.fault, atField(blame, locate))
  }
  return faults.map((fault) => placed.get(fault) ?? fault)
}

function blameOf(fault: Fault, member: Member): Blame | undefined {
  const { pointer, object, location } = fault
  const origin = object === undefined ? undefined : member.objects.get(object)?.origin
  if (!pointer || origin === undefined || location?.line !== origin.line) return undefined
  return { fault, pointer, origin }
}

function atField({ fault, pointer, origin }: Blame, locate: Locate): Fault {
  const line = locate(origin.document, origin.pointer + pointer)
  return line === undefined ? fault : { ...fault, location: { file: origin.file, line } }
}

/** Adds the places where other installations declare the same object. */
export function withOtherPlaces(fault: Fault, others: readonly Member[]): Fault {
  const places = others.flatMap((member) => placeIn(member, fault.object) ?? [])
  return places.length === 0 ? fault : { ...fault, message: `${fault.message}, at ${places.join(' and ')}` }
}

function placeIn(member: Member, object: Fault['object']): string | undefined {
  const origin = object === undefined ? undefined : member.objects.get(object)?.origin
  return origin && `${origin.file}:${origin.line}`
}

/** If Git cannot be read now, the object's own line stays. */
function unlessFault(error: unknown): undefined {
  if (!(error instanceof FaultError)) throw error
}
