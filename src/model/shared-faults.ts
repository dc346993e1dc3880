import type { Fault } from './fault.ts'
import { firstOf } from './first-of.ts'

/** A fault, and the installations that it concerns: many where they share a template, a group or a value. */
export interface SharedFault extends Fault {
  /** Their names, in the order given; never empty. */
  readonly installations: readonly string[]
}

/** What has faults: an installation. */
export interface Faulty {
  readonly name: string
  readonly faults: readonly Fault[]
}

/** Each distinct fault once, with all installations that have it. */
export function sharedFaults(all: Iterable<Faulty>): readonly SharedFault[] {
  const shared = new Map<string, { readonly fault: Fault; readonly installations: string[] }>()
  for (const { name, faults } of all)
    for (const fault of faults) {
      const key = keyOf(fault)
      const known = shared.get(key)
      if (known === undefined) shared.set(key, { fault, installations: [name] })
      else if (known.installations.at(-1) !== name) known.installations.push(name)
    }
  return [...shared.values()].map(({ fault, installations }) => ({ ...fault, installations }))
}

function keyOf({ code, message, location, object, pointer }: Fault): string {
  return JSON.stringify([code, message, location?.file, location?.line, object, pointer])
}

/** Maximum number of installations that a message names. */
const MOST_NAMED = 3

/** `acme, beta, gamma and 197 more`. */
export function namesOf(installations: readonly string[]): string {
  return firstOf(installations, MOST_NAMED)
}
