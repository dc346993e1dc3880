import { amountOf } from '../../../../../src/model/rollout.ts'
import type { GroupView, RolloutView } from '../../../../../src/stages/rollout/rollout-view.ts'
import type { Step } from '../step.ts'

export interface StarvationOptions {
  /** Maximum time of a move that ends well, in ms. */
  readonly longestMove: number
  /** Maximum time of what a group does once, beside moves and soaks, such as checks, in ms. */
  readonly slack: number
}

/**
 * The bound on the time from a commit to the group that takes it, or a later one, or one that gives the same: twice
 * the sum, over the group, those before it, those that are followed together with them and those that share a budget
 * with any of them, of the time to move all members, as the budgets allow, and of the longest soak.
 *
 * Twice, because a commit may find each of them at the beginning of the one before. The time begins anew whenever one
 * of these groups is kept from going on by what a person can see and end: a pause, a freeze, closed windows, a missing
 * approval, a failure, a member that is not well, a setting that must come together with another one.
 */
export class Starvation {
  readonly #options: StarvationOptions
  /** By group: when it was last kept from going on. */
  readonly #kept = new Map<string, number>()
  #keptBefore: ReadonlySet<string> = new Set()
  /** By commit. */
  readonly #seen = new Map<string, number>()

  constructor(options: StarvationOptions) {
    this.#options = options
  }

  /** @param time what has really passed, in ms; what starves, in words */
  check(step: Step, time: number, isDisturbed: boolean): readonly string[] {
    const { view } = step
    const head = view.line.at(-1)?.commit
    if (head !== undefined && !this.#seen.has(head)) this.#seen.set(head, time)
    const kept = isDisturbed ? new Set(view.groups.keys()) : keptIn(step)
    for (const name of [...kept, ...this.#keptBefore]) this.#kept.set(name, time)
    this.#keptBefore = kept
    return [...view.groups.values()].flatMap((group) => this.#starves(group, step, time))
  }

  #starves(group: GroupView, { view, decision, truth }: Step, time: number): readonly string[] {
    const at = decision.groups.get(group.name)?.record.at
    const next = firstMissed(group.name, at, truth)
    const seen = next === undefined ? undefined : this.#seen.get(next)
    if (seen === undefined) return []
    const all = involvedWith(group.name, view)
    const since = Math.max(seen, ...all.map((name) => this.#kept.get(name) ?? 0))
    const bound = 2 * all.reduce((sum, name) => sum + this.#timeOf(name, view), 0)
    if (time - since <= bound) return []
    return [`${group.name} does not come to ${next} within ${bound / 60_000} min: it is at ${at?.commit}`]
  }

  /** How long a group takes to move and to soak, in ms. */
  #timeOf(name: string, view: RolloutView): number {
    const group = view.groups.get(name)
    if (group === undefined) return 0
    const { rollout } = group
    const members = [...view.members.values()].filter((member) => member.group === name).length
    const most = Math.max(1, amountOf(rollout.maxUnavailable, members))
    const batches = Math.ceil(members / most) + 1
    const soaks = [...view.groups.values()].flatMap(({ rollout: { after } }) =>
      after.flatMap((ring) => (ring.group === name ? [ring.soak] : [])),
    )
    const moving = batches * (this.#options.longestMove + rollout.minReady) + members * rollout.pauseBetween
    return 2 * moving + Math.max(0, ...soaks) + this.#options.slack
  }
}

/** The first commit after the one that a group is at, or was to be at, which gives something else than that. */
function firstMissed(
  name: string,
  at: { readonly commit: string; readonly digest: string } | undefined,
  { line }: Step['truth'],
): string | undefined {
  const position = at === undefined ? -1 : line.findIndex(({ commit }) => commit === at.commit)
  return line.slice(position + 1).find(({ digests }) => {
    const digest = digests.get(name)
    return digest !== undefined && digest !== at?.digest
  })?.commit
}

/** Names of groups by which one may have to wait, itself included. */
function involvedWith(name: string, { groups }: RolloutView): readonly string[] {
  const found = new Set([name])
  for (const each of found) for (const next of nextTo(each, groups)) found.add(next)
  return [...found]
}

/** Rings before a group, groups around and inside it, and those that are followed together with it. */
function nextTo(name: string, groups: ReadonlyMap<string, GroupView>): readonly string[] {
  const group = groups.get(name)
  const ringsOf = ({ rollout: { after } }: GroupView) => after.map((ring) => ring.group)
  const others = [...groups.values()].flatMap((other) => [
    ...(other.around.includes(name) ? [other.name] : []),
    ...(ringsOf(other).includes(name) ? ringsOf(other) : []),
  ])
  return [...(group ? [...ringsOf(group), ...group.around] : []), ...others]
}

/** Groups that something keeps from going on which a person can see and end. */
function keptIn({ view, decision, truth }: Step): ReadonlySet<string> {
  const kept = new Set<string>()
  for (const group of view.groups.values()) {
    const settled = decision.groups.get(group.name)
    const isClosed = [group.name, ...group.around].some((name) => isGateClosed(name, view, truth))
    const { needsApproval } = group.rollout
    const rejected = settled?.record.rejected.length ?? 0
    if (isClosed || needsApproval || rejected > 0 || settled?.failure !== undefined) kept.add(group.name)
  }
  for (const { name, group, condition, at } of view.members.values()) {
    const move = decision.groups.get(group)?.record.moves.get(name)
    const late = view.now - (view.groups.get(group)?.rollout.timeout ?? 0)
    const isIll =
      condition === 'failed' ||
      condition === 'held' ||
      (condition === 'progressing' && (move?.at ?? 0) <= late)
    if ((at !== undefined && isIll) || decision.waits.get(name)?.for === 'whole') kept.add(group)
  }
  return kept
}

function isGateClosed(name: string, { groups, now }: RolloutView, { isWindowOpen }: Step['truth']): boolean {
  const rollout = groups.get(name)?.rollout
  if (rollout === undefined) return false
  return rollout.paused || now < (rollout.freeze?.until ?? 0) || !isWindowOpen(name)
}
