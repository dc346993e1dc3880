import type { Installation } from '../../model/installation.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { type Log, logUnforeseen } from '../../support/telemetry/log.ts'
import { type DesiredState, desiredStateOf } from '../fleet/desired-state.ts'
import { type Fleet, revisionIn } from '../fleet/fleet.ts'
import { withLostGroups } from '../fleet/lost-groups.ts'
import { containedMember, isHeld, type Member, type Placement } from '../fleet/member.ts'

/** A commit's installations, and what they declare. */
export interface FleetState {
  readonly fleet: Fleet
  readonly heads: ReadonlyMap<string, Installation>
  readonly declared: DesiredState
}

export interface StateOptions {
  readonly placement: Placement
  readonly record: (name: string) => InstallationStatus | undefined
  /** A member as another part of the process has it. */
  readonly known: (name: string) => Member | undefined
  readonly log: Log
}

/** Everything that a commit declares, whether or not the cluster is there: members at the commit itself. */
export function stateOf(fleet: Fleet, options: StateOptions, before?: FleetState): FleetState {
  const heads = new Map(withLostGroups(fleet, options.record).map((head) => [head.name, head]))
  const members = [...heads.values()].map(
    (head) =>
      knownMember(head, before?.declared.members.get(head.name), options) ?? memberAt(head, fleet, options),
  )
  return { fleet, heads, declared: desiredStateOf(members, before?.declared) }
}

/** A member of the same installation at its head. */
function knownMember(
  head: Installation,
  before: Member | undefined,
  { known, placement }: StateOptions,
): Member | undefined {
  return [before, known(head.name)].find(
    (member) =>
      member?.attempted === head &&
      member.target?.installation === head &&
      !isHeld(member) &&
      member.kinds === placement.kinds,
  )
}

function memberAt(attempted: Installation, fleet: Fleet, { placement, log }: StateOptions): Member {
  const revision = revisionIn(fleet, attempted.name)
  const target = attempted.faults.length === 0 ? { installation: attempted, revision } : undefined
  return containedMember({ attempted, target, placement, known: undefined, onUnforeseen: logUnforeseen(log) })
}

/**
 * The same with the changes of a merge on top.
 * @param touched names of installations that the two declare otherwise, or one of them alone
 */
export function mergedState(
  fleet: Fleet,
  target: FleetState,
  options: StateOptions,
): { readonly state: FleetState; readonly touched: readonly string[] } {
  const heads = new Map(withLostGroups(fleet, options.record).map((head) => [head.name, head]))
  const touched = new Set(
    [...heads.keys(), ...target.heads.keys()].filter((name) => isTouched(name, fleet, target)),
  )
  const members = [...heads.values()].map((head) => {
    const same = touched.has(head.name) ? undefined : target.declared.members.get(head.name)
    return same && !isFreed(same, options) ? same : memberAt(head, fleet, options)
  })
  for (const member of members)
    if (member !== target.declared.members.get(member.name)) touched.add(member.name)
  const declared = desiredStateOf(members, target.declared)
  return { state: { fleet, heads, declared }, touched: [...touched].sort() }
}

function isTouched(name: string, fleet: Fleet, target: FleetState): boolean {
  return fleet.installations.get(name) !== target.fleet.installations.get(name)
}

/** Whether some object waited for a kind, and other kinds are declared now. */
function isFreed({ blocked, kinds }: Member, { placement }: StateOptions): boolean {
  return kinds !== placement.kinds && blocked.some(({ fault }) => fault.code === 'unknown-kind')
}
