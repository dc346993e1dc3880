import { suggestionsFrom } from '../../../model/did-you-mean.ts'
import { type Fault, fault } from '../../../model/fault.ts'
import type { FaultCode } from '../../../model/fault-table.ts'
import { quoted } from '../../../model/quoted.ts'
import type { Ring } from '../../../model/rollout.ts'
import { REDACTED } from '../../../model/secrets.ts'
import { type RoundOf, roundsIn } from '../waits.ts'
import { documentOf, type Group, type Groups } from './groups.ts'
import { haveRings, nestingWaits, ringsOf, ringWait } from './ring-waits.ts'

interface Known {
  readonly groups: Groups
  readonly roundOf: RoundOf
  /** What a name of a group is likely a typo of. */
  readonly suggest: (name: string) => string
}

/**
 * Adds the faults of the groups that groups come after: groups that do not exist or have no rollout, and groups that
 * wait for each other. As other faults, those of a group count for the groups inside it, too.
 */
export function withRingFaults(groups: Groups): Groups {
  if (!haveRings(groups)) return groups
  const known = { groups, suggest: suggestionsFrom(groups.keys()), roundOf: ringRounds(groups) }
  const found = new Map([...groups].map(([name, group]) => [name, ringFaults(group, known)]))
  const all = [...groups].map(([name, group]): [string, Group] => {
    const faults = group.chain.flatMap(({ document }) => found.get(document.name) ?? [])
    return [name, faults.length === 0 ? group : { ...group, faults: [...group.faults, ...faults] }]
  })
  return new Map(all)
}

/** Tells the way that leads from a ring back to its group, by groups alone. */
export function ringRounds(groups: Groups): RoundOf {
  const rings = [...groups.values()].flatMap((group) =>
    ringsOf(group).map((ring) => ringWait(group.name, ring)),
  )
  return roundsIn([...rings, ...nestingWaits(groups)])
}

function ringFaults(group: Group, known: Known): readonly Fault[] {
  const placed = documentOf(group)
  if (placed === undefined) return []
  return ringsOf(group).flatMap((ring, index) => {
    const pointer = `/spec/rollout/after/${index}/group`
    const isSealed = placed.isSealed?.(pointer) === true
    return problemsOf(group.name, ring, known).map(({ code, details }) =>
      fault(code, isSealed ? REDACTED : details, { location: placed.place(pointer) }),
    )
  })
}

function problemsOf(
  name: string,
  ring: Ring,
  { groups, suggest, roundOf }: Known,
): readonly { readonly code: FaultCode; readonly details: string }[] {
  const other = groups.get(ring.group)
  if (other === undefined)
    return [{ code: 'unknown-group', details: `${quoted(ring.group)}${suggest(ring.group)}` }]
  const document = documentOf(other)?.document
  const round = roundOf(ringWait(name, ring))
  return [
    ...(document && document.rollout === undefined
      ? [{ code: 'ring-without-rollout' as const, details: quoted(ring.group) }]
      : []),
    ...(round === undefined ? [] : [{ code: 'rollout-cycle' as const, details: round }]),
  ]
}
