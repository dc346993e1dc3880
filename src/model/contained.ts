import { type Fault, FaultError, type FaultPlace, fault, unforeseenCode } from './fault.ts'

/** Receives each unforeseen error with the fault that it became. */
export type OnUnforeseen = (error: unknown, fault: Fault) => void

/** A piece of work that an error is confined to. */
export interface Unit<Result> {
  /** Name of the work for people, such as `reading eu/acme/web.yaml`. */
  readonly what: string
  /** The place of the fault where the work fails. */
  readonly place?: FaultPlace
  /** The result in place of the failed work's own. */
  readonly instead: (fault: Fault) => Result
  readonly onUnforeseen: OnUnforeseen
}

/**
 * Runs a piece of work and confines an unforeseen error to it: the error becomes a fault `internal`, or
 * `system-error`, of that unit.
 * @throws FaultError a foreseen error
 */
export function contained<Result>(unit: Unit<Result>, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    return confine(error, unit)
  }
}

/** Runs asynchronous work, or work that may be asynchronous, like `contained`. */
export async function containedLater<Result>(
  unit: Unit<Result>,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    return confine(error, unit)
  }
}

function confine<Result>(error: unknown, { what, place, instead, onUnforeseen }: Unit<Result>): Result {
  if (error instanceof FaultError) throw error
  const found = fault(unforeseenCode(error), `${what}: ${wordsOf(error)}`, place)
  onUnforeseen(error, found)
  return instead(found)
}

/** A SyntaxError quotes the unreadable text, which may be secret. */
function wordsOf(error: unknown): string {
  if (error instanceof SyntaxError) return error.name
  return error instanceof Error ? error.message : typeof error
}
