import { type Fault, FaultError, type FaultPlace, fault } from './fault.ts'

/** Told of each error that was not foreseen, with the fault that it became. */
export type OnUnforeseen = (error: unknown, fault: Fault) => void

/** A piece of work that an error is confined to. */
export interface Unit<Result> {
  /** What it is about, for people, such as `reading eu/acme/web.yaml`. */
  readonly what: string
  /** What is at fault where it fails. */
  readonly place?: FaultPlace
  /** What counts instead of a result. */
  readonly instead: (fault: Fault) => Result
  readonly onUnforeseen: OnUnforeseen
}

/**
 * Does a piece of work of which an error that was not foreseen concerns nothing else: it becomes a fault
 * `internal` of that unit.
 * @throws FaultError what was foreseen
 */
export function contained<Result>(unit: Unit<Result>, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    return confine(error, unit)
  }
}

/** The same for work that takes a while, or may take one. */
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
  const found = fault('internal', `${what}: ${wordsOf(error)}`, place)
  onUnforeseen(error, found)
  return instead(found)
}

/** A SyntaxError quotes what it could not read, which may be secret. */
function wordsOf(error: unknown): string {
  if (error instanceof SyntaxError) return error.name
  return error instanceof Error ? error.message : typeof error
}
