import type { Random } from '../../../helpers/random.ts'
import type { SimulatedBranch, SimulatedGroup, SimulatedInstallation } from './branch.ts'
import { groupsAround } from './branch.ts'
import { hasCycle } from './has-cycle.ts'
import { randomRollout } from './random-rollout.ts'

export type Groups = Map<string, SimulatedGroup>
export type Installations = Map<string, SimulatedInstallation>

/** A tree that a commit is made of; each change adds to it. */
export interface Draft {
  readonly random: Random
  readonly branch: SimulatedBranch
  readonly groups: Groups
  readonly installations: Installations
  readonly position: number
  readonly now: number
  /** Only releases, of a fleet in which nothing goes wrong. */
  readonly isSteady: boolean
}

export function changeGroupOf(groups: Groups, name: string, change: Partial<SimulatedGroup>): void {
  const group = groups.get(name)
  if (group) groups.set(name, { ...group, ...change })
}

export function changeInstallation(draft: Draft, name: string, change: Partial<SimulatedInstallation>): void {
  const installation = draft.installations.get(name)
  if (installation) draft.installations.set(name, { ...installation, ...change })
}

export function newcomer(random: Random, group: string, position: number): SimulatedInstallation {
  return {
    group,
    own: position,
    isBroken: random.chance(0.01),
    needs: 0,
    ...(random.chance(0.1) && { order: `${random.between(1, 20)}` }),
  }
}

export function insertGroup(
  { random, groups, now, position, isSteady }: Omit<Draft, 'branch' | 'installations'>,
  members: number,
): string {
  const names = [...groups.keys()]
  const name = position === 0 ? `g${names.length}` : `g-of-c${position}`
  const parent = names.length > 0 && random.chance(0.25) ? random.pick(names) : undefined
  const around = parent === undefined ? [] : [parent, ...groupsAround(parent, groups)]
  const others = names.filter((each) => !around.includes(each))
  const rollout = randomRollout(random, { others, now, members, isSteady })
  groups.set(name, { version: position, rollout, ...(parent !== undefined && { parent }) })
  if (hasCycle(groups)) groups.set(name, { version: position, rollout })
  return name
}
