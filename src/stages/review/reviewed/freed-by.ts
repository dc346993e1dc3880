import { type Fault, fault } from '../../../model/fault.ts'
import { firstOf } from '../../../model/first-of.ts'
import type { TouchedInstallation } from '../touched-installation.ts'

/** Maximum number of installations that are named. */
const NAMED = 5

/** Warns of installations that are held before the target's head: a review of theirs covers the way from there. */
export function freedBy(touched: readonly TouchedInstallation[]): readonly Fault[] {
  const freed = touched.filter(
    ({ held, before, after }) => held && before?.faults.length === 0 && after?.faults.length === 0,
  )
  if (freed.length === 0) return []
  const names = freed.map(({ name }) => name)
  return [fault('held-change-goes', firstOf(names, NAMED))]
}
