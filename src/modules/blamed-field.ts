import { lineOf } from '../declare/yaml/line-of.ts'
import type { Fault } from '../model/fault.ts'
import type { Member } from './declared.ts'
import type { History } from './history.ts'

/**
 * The fault at the line of the field that it blames, where the API server named one: an object may be
 * long. Where the text can't be had the object's own line stays.
 */
export async function atBlamedField(fault: Fault, member: Member, history: History): Promise<Fault> {
  const { pointer, object, location } = fault
  const origin = object === undefined ? undefined : member.objects.get(object)?.origin
  if (!pointer || origin === undefined || location?.line !== origin.line) return fault
  const text = await history.textAt(member.kept?.revision.own ?? '', origin.file).catch(() => undefined)
  const line = text === undefined ? undefined : lineOf(text, origin.document, origin.pointer + pointer)
  return line === undefined ? fault : { ...fault, location: { file: origin.file, line } }
}

/** The fault with the places where others declare the same object. */
export function withOtherPlaces(fault: Fault, others: readonly Member[]): Fault {
  const places = others.flatMap((member) => placeIn(member, fault.object) ?? [])
  return places.length === 0 ? fault : { ...fault, message: `${fault.message}, at ${places.join(' and ')}` }
}

function placeIn(member: Member, object: Fault['object']): string | undefined {
  const origin = object === undefined ? undefined : member.objects.get(object)?.origin
  return origin && `${origin.file}:${origin.line}`
}
