import type { Rollout } from '../../../../src/model/rollout.ts'
import { groupsAround } from './branch.ts'
import { changeGroupOf, changeInstallation, type Draft, insertGroup, newcomer } from './draft.ts'
import { hasCycle } from './has-cycle.ts'
import { HOUR } from './times.ts'

/** A new group, with members of others, new ones, or none; an older one may follow it. */
export function addGroup(draft: Draft): void {
  const { random, installations, position } = draft
  const name = insertGroup(draft, installations.size)
  for (const member of installations.keys())
    if (random.chance(0.15)) changeInstallation(draft, member, { group: name })
  if (random.chance(0.5)) installations.set(`n${position}`, newcomer(random, name, position))
}

/** Members and groups inside it go to the one around it, or to another one. */
export function removeGroup(draft: Draft): void {
  const { random, groups, installations } = draft
  if (groups.size < 2) return
  const gone = random.pick([...groups.keys()])
  const parent = groups.get(gone)?.parent
  groups.delete(gone)
  const heir = parent ?? random.pick([...groups.keys()])
  for (const [name, group] of groups) {
    const { parent: around, rollout, ...rest } = group
    const after = rollout.after.filter((ring) => ring.group !== gone)
    const outer = around === gone ? parent : around
    groups.set(name, {
      ...rest,
      rollout: { ...rollout, after },
      ...(outer !== undefined && { parent: outer }),
    })
  }
  for (const [name, { group }] of installations)
    if (group === gone) changeInstallation(draft, name, { group: heir })
}

/** A group moves into another one, or out of all. */
export function nest({ random, groups }: Draft): void {
  const name = random.pick([...groups.keys()])
  const group = groups.get(name)
  if (group === undefined) return
  const { parent, ...rest } = group
  const outer = random.pick([...groups.keys()])
  const isInside = [outer, ...groupsAround(outer, groups)].includes(name)
  groups.set(name, parent !== undefined || isInside ? rest : { ...rest, parent: outer })
  if (hasCycle(groups)) groups.set(name, rest)
}

export function changeRollout(draft: Draft): void {
  const { random, groups, installations, now } = draft
  const name = random.pick([...groups.keys()])
  const rollout = groups.get(name)?.rollout
  if (rollout === undefined) return
  const members = [...installations].flatMap(([each, { group }]) => (group === name ? [each] : []))
  const change: Partial<Rollout> = random.pick<() => Partial<Rollout>>([
    () => ({ paused: !rollout.paused }),
    () => ({ freeze: { until: now + random.between(1, 24) * HOUR, reason: 'a sale' } }),
    () => ({ maxUnavailable: random.pick([{ percent: 5 }, { percent: 50 }]) }),
    () => ({ skip: members.length > 0 && random.chance(0.5) ? [random.pick(members)] : [] }),
    () => ({ after: rollout.after.filter(() => random.chance(0.5)) }),
    () => ({ onFailure: random.pick(['halt', 'rollback', 'continue'] as const) }),
    () => ({ minReady: random.pick([0, 60_000]), windows: [] }),
  ])()
  changeGroupOf(groups, name, { rollout: { ...rollout, ...change } })
}
