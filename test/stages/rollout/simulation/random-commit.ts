import type { Random } from '../../../helpers/random.ts'
import type { SimulatedBranch, SimulatedTree } from './branch.ts'
import {
  changeGroupOf,
  changeInstallation,
  type Draft,
  type Groups,
  type Installations,
  insertGroup,
  newcomer,
} from './draft.ts'
import { addGroup, changeRollout, nest, removeGroup } from './group-changes.ts'

/** With which probability a commit makes each change. */
const CHANGES: readonly (readonly [number, (draft: Draft) => void])[] = [
  [0.7, release],
  [0.1, revert],
  [0.4, changeOwn],
  [0.05, changeManyOwn],
  [0.15, changeGroup],
  [0.25, addMembers],
  [0.1, removeMember],
  [0.08, bringBack],
  [0.06, addGroup],
  [0.05, removeGroup],
  [0.05, nest],
  [0.12, changeRollout],
  [0.05, pin],
  [0.08, unpin],
  [0.12, nap],
  [0.04, napTogether],
]

/** The tree of the next commit. */
export function randomTree(
  random: Random,
  branch: SimulatedBranch,
  { now, isSteady }: Pick<Draft, 'now' | 'isSteady'>,
): SimulatedTree {
  const { head } = branch
  const draft: Draft = {
    random,
    branch,
    groups: new Map(head.groups),
    installations: new Map(head.installations),
    position: head.position + 1,
    now,
    isSteady,
  }
  if (isSteady) release(draft)
  else for (const [probability, change] of CHANGES) if (random.chance(probability)) change(draft)
  return draft
}

/** The first tree: groups that may be nested and follow one another, each with some members. */
export function firstTree(
  random: Random,
  members: number,
  options: Pick<Draft, 'now' | 'isSteady'>,
): SimulatedTree {
  const groups: Groups = new Map()
  const installations: Installations = new Map()
  for (let index = random.pick([1, 2, 2, 3, 3, 4, 6]); index > 0; index -= 1)
    insertGroup({ random, groups, position: 0, ...options }, members)
  const names = [...groups.keys()]
  for (let index = 0; index < members; index += 1)
    installations.set(`m${index}`, {
      ...newcomer(random, random.pick(names), 0),
      ...(options.isSteady && { isBroken: false }),
    })
  return { groups, installations }
}

function release({ random, groups, position }: Draft): void {
  const names = random.chance(0.7) ? [...groups.keys()] : [random.pick([...groups.keys()])]
  for (const name of names) changeGroupOf(groups, name, { version: position })
}

function revert({ random, branch, groups }: Draft): void {
  const earlier = random.pick(branch.commits)
  for (const [name, { version }] of earlier.groups) changeGroupOf(groups, name, { version })
}

/** Some change what they say themselves; a value may move between it and what is inherited. */
function changeOwn(draft: Draft): void {
  const { random, installations, position, branch } = draft
  const names = [...installations.keys()]
  if (names.length === 0) return
  const needs = random.chance(0.2) ? position : undefined
  for (let count = random.between(1, 4); count > 0; count -= 1) {
    const name = random.pick(names)
    const before = branch.head.installations.get(name)?.needs ?? 0
    changeInstallation(draft, name, {
      own: position,
      isBroken: random.chance(0.08),
      needs: needs ?? before,
    })
  }
}

function changeManyOwn(draft: Draft): void {
  const { random, installations, position } = draft
  const isBroken = random.chance(0.2)
  for (const name of installations.keys())
    if (random.chance(0.5)) changeInstallation(draft, name, { own: position, isBroken })
}

function changeGroup(draft: Draft): void {
  const { random, installations, groups } = draft
  const names = [...installations.keys()]
  if (names.length > 0)
    changeInstallation(draft, random.pick(names), { group: random.pick([...groups.keys()]) })
}

function addMembers({ random, installations, groups, position }: Draft): void {
  const group = random.pick([...groups.keys()])
  for (let count = random.between(1, 3); count > 0; count -= 1)
    installations.set(`n${position}-${count}`, newcomer(random, group, position))
}

function removeMember({ random, installations }: Draft): void {
  if (installations.size > 2) installations.delete(random.pick([...installations.keys()]))
}

/** A removed one is declared again, as it was: its grace was not over. */
function bringBack({ random, branch, groups, installations }: Draft): void {
  const gone = branch.commits
    .flatMap((earlier) => [...earlier.installations])
    .filter(([name, { group }]) => !installations.has(name) && groups.has(group))
  const [name, said] = random.pick([...gone, [undefined, undefined] as const])
  if (name !== undefined && said !== undefined) installations.set(name, said)
}

/** Some are put to sleep, or are to wake. */
function nap(draft: Draft): void {
  const { random, installations, position } = draft
  for (const [name, { sleeps }] of installations)
    if (random.chance(sleeps ? 0.5 : 0.1)) changeInstallation(draft, name, { sleeps: !sleeps, own: position })
}

/** All of a group, as it says. */
function napTogether(draft: Draft): void {
  const { random, installations, groups, position } = draft
  const [group, sleeps] = [random.pick([...groups.keys()]), random.chance(0.5)]
  for (const [name, known] of installations)
    if (known.group === group && known.sleeps !== sleeps)
      changeInstallation(draft, name, { sleeps, own: position })
}

function pin(draft: Draft): void {
  const { random, branch, installations } = draft
  const [name, said] = random.pick([...installations, [undefined, undefined] as const])
  if (name === undefined || said === undefined) return
  const { commit, digests } = random.pick(branch.commits.slice(-5))
  const digest = digests.get(said.group)
  if (digest !== undefined) changeInstallation(draft, name, { pinned: { commit, group: said.group, digest } })
}

function unpin({ installations }: Draft): void {
  for (const [name, { pinned, ...rest }] of installations) if (pinned) installations.set(name, rest)
}
