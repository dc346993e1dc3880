import type { Wait } from '../../../../../src/stages/rollout/wait.ts'
import type { Step } from '../step.ts'

/**
 * Once nothing more happens, each group and each member is at the head, or waits for what a person can do: a pause, an
 * approval, a failure, a revision that it went back from, a pin, a skip, a window that does not open, a member that is
 * not well, a setting that must come together with what a group is kept from; or for a group that waits for such a
 * thing.
 */
export function endsWell(step: Step): readonly string[] {
  const { view, decision } = step
  const waits = new Map<string, Wait>()
  for (const [name, { wait }] of decision.groups) if (wait) waits.set(name, wait)
  const reasons = reasonsOf(waits, step)
  const groups = [...waits].flatMap(([name, wait]) =>
    reasons.has(name) && !staysBehind(name, wait, step) ? [] : [`${name} ends with ${JSON.stringify(wait)}`],
  )
  const members = [...decision.waits].flatMap(([name, wait]) =>
    view.members.get(name)?.pinned || isReason(wait, reasons, step)
      ? []
      : [`${name} ends with ${JSON.stringify(wait)}`],
  )
  return [...groups, ...members]
}

/** Whether a group waits for members that failed with what is not the newest, which might mend them. */
function staysBehind(name: string, wait: Wait, { view, decision }: Step): boolean {
  const isAtHead = decision.groups.get(name)?.record.at.digest === view.line.at(-1)?.digests.get(name)
  if (wait.for !== 'proof' || isAtHead) return false
  return wait.missing.every(
    (each) => !decision.waits.has(each) && view.members.get(each)?.condition !== 'healthy',
  )
}

/** Groups that wait for what a person can do, or for groups that do. */
function reasonsOf(waits: ReadonlyMap<string, Wait>, step: Step): ReadonlySet<string> {
  const found = new Set<string>()
  for (let size = -1; size < found.size; ) {
    size = found.size
    for (const [name, wait] of waits) if (isReason(wait, found, step)) found.add(name)
  }
  return found
}

function isReason(wait: Wait, reasons: ReadonlySet<string>, step: Step): boolean {
  switch (wait.for) {
    case 'pace':
      return false
    case 'freeze':
      return wait.until > step.view.now
    case 'proof':
      return wait.missing.some((name) => isKept(name, reasons, step))
    case 'budget':
      return isSomeoneIll(wait.group, step)
    case 'rings':
      return wait.rings.some((name) => reasons.has(name) || hasFailed(name, step) || isSomeoneIll(name, step))
    case 'whole':
      return reasons.has(wait.group) || (wait.with !== undefined && isReason(wait.with, reasons, step))
    default:
      return true
  }
}

/** Whether a member is not well, or waits for a reason. */
function isKept(name: string, reasons: ReadonlySet<string>, step: Step): boolean {
  const member = step.view.members.get(name)
  if (member === undefined) return false
  const wait = step.decision.waits.get(name)
  if (wait?.for === 'proof') return false
  return member.condition !== 'healthy' || (wait !== undefined && isReason(wait, reasons, step))
}

/** One that is forced goes on, but proves nothing. */
function hasFailed(group: string, { decision }: Step): boolean {
  return decision.groups.get(group)?.failure !== undefined
}

function isSomeoneIll(group: string, { view }: Step): boolean {
  return [...view.members.values()].some(
    (member) =>
      member.condition !== 'healthy' &&
      !member.sleep &&
      (member.group === group || view.groups.get(member.group)?.around.includes(group)),
  )
}
