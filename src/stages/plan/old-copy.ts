import type { Copy } from '../../model/copy.ts'
import type { SelectedCopy } from '../../model/status.ts'

export interface CopiesView {
  /** The copy that Git declares; undefined where workloads change in place again. */
  readonly declared: Copy | undefined
  /** Copies that live Services select; undefined is a Service that selects any. */
  readonly selected: ReadonlySet<string | undefined>
  readonly recorded: SelectedCopy | undefined
  /** All that Git declares is applied and well. */
  readonly isReady: boolean
  readonly isAsleep: boolean
  /** ms since the epoch */
  readonly now: number
}

/**
 * What becomes of a copy that Git does not declare:
 * - `keep`: it stays for a time, in ms, so that the Services can be switched back to it
 * - `wait`: it serves, or what comes after it is not well
 * - `go`: it is deleted, as anything that Git no longer declares
 * - `unused`: it is deleted at once, whatever else waits: nothing was ever switched to it, or it had its time
 */
export type Fate =
  | { readonly does: 'keep'; readonly forMs: number }
  | { readonly does: 'wait' | 'go' | 'unused' }

/** Decides about a copy that Git does not declare. Pure: the same after any restart. */
export function fateOf(copy: string, view: CopiesView): Fate {
  const { declared, selected, recorded, isReady, isAsleep } = view
  const last: Fate = { does: isReady ? 'go' : 'wait' }
  if (selected.has(copy)) return { does: 'wait' }
  if (declared === undefined || copy === declared.name || selected.size === 0 || selected.has(undefined))
    return last
  if (recorded !== undefined && copy !== recorded.name && copy !== recorded.before) return { does: 'unused' }
  const remaining = remainingMs(copy, declared, view)
  if (remaining > 0 && !isAsleep) return { does: 'keep', forMs: remaining }
  return selected.size === 1 && selected.has(declared.name) ? last : { does: 'unused' }
}

/** How long a copy that served stays from now on, in ms. What was switched just now is yet to be recorded. */
function remainingMs(copy: string, { keepOldFor }: Copy, { recorded, now }: CopiesView): number {
  if (recorded === undefined || copy === recorded.name) return keepOldFor
  return keepOldFor - Math.max(0, now - Date.parse(recorded.since))
}

/** The record after a look at the Services; undefined where they select any copy. */
export function nextSelected(
  selected: CopiesView['selected'],
  recorded: SelectedCopy | undefined,
  now: string,
): SelectedCopy | undefined {
  const [only] = selected
  if (selected.size !== 1 || only === recorded?.name) return recorded
  if (only === undefined) return undefined
  return { name: only, since: now, ...(recorded && { before: recorded.name }) }
}
