import { keyOf, type ObjectId, type ObjectKey, parseId } from '../model/object.ts'
import type { ObjectPlan } from '../model/plan.ts'
import type { InstallationStatus } from '../model/status.ts'
import { allowedDeletions } from '../plan/allowed-deletions.ts'
import { generatedId } from '../plan/generated-name.ts'
import { planPrune, undeclared } from '../plan/prune.ts'
import type { ClusterView } from './cluster-view.ts'
import { type Declared, isHeld } from './declared.ts'
import { doneBy } from './done-by.ts'
import type { History } from './history.ts'
import { holdGroups } from './hold-groups.ts'
import { holdMentioned } from './hold-mentioned.ts'
import { isApplied, ownedBy } from './owned.ts'
import type { Work } from './work.ts'

export interface CommitRange {
  readonly from: string | undefined
  readonly to: string
  readonly inclusive: boolean
}

export interface DeletionOptions {
  readonly view: ClusterView
  readonly history: History
  /** Messages of the commits up to `to` after `from`, or from it on; of `to` alone where it is not had. */
  readonly messages: (range: CommitRange) => Promise<readonly string[]>
  /** What the status branch says of an installation. */
  readonly record: (name: string) => InstallationStatus | undefined
}

/** What of an installation's objects nobody declares any more, and what becomes of it. */
export async function planDeletions(
  { name, id, head }: Work,
  declared: Declared,
  options: DeletionOptions,
): Promise<readonly ObjectPlan[]> {
  const { cache } = options.view
  const { claims, members } = declared
  // While it is held at an earlier commit, what the head no longer declares may still be needed.
  const member = members.get(name)
  if (member && isHeld(member)) return []
  const owned = ownedBy(id, cache)
  if (undeclared(owned, claims).length === 0) return []
  const all = [...cache.all()].filter(isApplied)
  const going = undeclared(all, claims).map(keyOf)
  const renewed = renewedIds(
    going.flatMap((key) => generatedId(key) ?? []),
    claims,
  )
  const isRenewed = (key: ObjectKey) => renewed.has(generatedId(key) ?? '')
  const plans = planPrune({
    installation: name,
    owned,
    declared: claims,
    repository: { objects: all.length, deletions: going.filter((key) => !isRenewed(key)).length },
    isRenewed,
    allowed: allowedDeletions(await messagesSince(name, head, options)),
  })
  const held = holdGroups(plans, members.values())
  const gone = members.has(name) ? undefined : name
  return holdMentioned(held, members.values(), (file) => options.history.textAt(head, file), gone)
}

/** Those of the generated objects that Git declares with other content, and so under another name. */
function renewedIds(generated: readonly ObjectId[], claims: Declared['claims']): ReadonlySet<ObjectId> {
  if (generated.length === 0) return new Set()
  const declared = new Set([...claims.keys()].flatMap((id) => generatedId(parseId(id)) ?? []))
  return new Set(generated.filter((id) => declared.has(id)))
}

/** Of all commits since the one at which all was done; of the record's own too, where that is not known. */
function messagesSince(
  name: string,
  head: string,
  { record, messages }: DeletionOptions,
): Promise<readonly string[]> {
  const recorded = record(name)
  const done = doneBy(recorded)
  return messages({ from: done?.own ?? recorded?.commit, to: head, inclusive: done === undefined })
}
