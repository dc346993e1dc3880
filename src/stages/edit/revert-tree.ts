import { FaultError, fault } from '../../model/fault.ts'
import { placedAt } from '../../model/snapshot.ts'
import { LOCK_FILE } from '../declare/charts/lock-file.ts'
import type { PlacedGroup } from '../declare/fleet/directory.ts'
import { documentOf } from '../declare/fleet/groups.ts'
import { groupIn } from '../declare/fleet/membership.ts'
import type { CommitTree } from '../declare/mixed-declaration.ts'
import { rulingGroup } from '../declare/rollout-groups.ts'
import { splitDocuments } from '../declare/yaml/split-documents.ts'
import { type Both, differingFiles } from './differing-files.ts'
import { textOf } from './edited-files.ts'
import { type PlacedText, revertedDocument } from './reverted-document.ts'
import { revertedLock } from './reverted-lock.ts'
import { ruledGroup } from './ruling-group.ts'
import { usedTemplates } from './used-templates.ts'

/** Changes of a tree that bring a part of it back to an earlier commit. Paths are from the root of the repository. */
export interface Reversion {
  /** New texts of files. */
  readonly changes: ReadonlyMap<string, string>
  /** Paths that are to be as they were, which may be that they are not there. Sorted. */
  readonly restored: readonly string[]
}

/**
 * What brings everything that the members of a group inherit back to an earlier commit: the documents of their groups
 * without `rollout`, `members` and `selector`, the values files that these name, the templates that members use, and the
 * versions that ranges of charts stand for. All else stays as it is: what members say themselves, who is a member, and
 * how they move.
 *
 * @param group one with a rollout
 * @throws FaultError unknown-group, no-rollout, not-editable, bad-lock-file
 */
export async function revertTree(head: CommitTree, good: CommitTree, group: string): Promise<Reversion> {
  ruledGroup(head.tree, group)
  checkPast(good, group)
  const members = [...head.tree.sources.values()].filter((source) => rulingGroup(source) === group)
  const names = new Set([group, ...members.flatMap(({ member }) => groupIn(member)?.name ?? [])])
  const chains = new Map([...names].map((name) => [name, chainOf(name, good, head)]))
  const texts = new Map<string, string>()
  for (const placed of new Set([...chains.values()].flat())) await revertGroup(placed, { head, good }, texts)
  const used = usedTemplates(
    members.map(({ draft, member }) => ({
      draft,
      chain: chains.get(groupIn(member)?.name ?? '') ?? [],
    })),
  )
  const lock = await revertedLock(used, head, good)
  if (lock !== undefined) texts.set(LOCK_FILE, lock)
  const { root } = head.snapshot
  const changes = new Map([...texts].map(([file, text]) => [placedAt(root, file), text]))
  const differing = await differingFiles(used, [...chains.values()].flat(), { head, good })
  return { changes, restored: differing.filter((path) => !changes.has(path)).sort() }
}

/** @throws FaultError unknown-group, and those of its document */
function checkPast({ tree, snapshot }: CommitTree, group: string): void {
  const past = tree.groups.get(group)
  if (past && documentOf(past)) return
  const details = `${group} at ${snapshot.commit.oid.slice(0, 12)}`
  throw new FaultError(past?.faults[0] ?? fault('unknown-group', details))
}

/** Documents of a group and those around it as they were; as they are, where it was not there yet. */
function chainOf(name: string, good: CommitTree, head: CommitTree): readonly PlacedGroup[] {
  return (good.tree.groups.get(name) ?? head.tree.groups.get(name))?.chain ?? []
}

/** Adds the text of a group's file, as far as it changes. @param texts by path below the Repository's path */
async function revertGroup(
  { document: { name }, declared: { origin } }: PlacedGroup,
  { head, good }: Both,
  texts: Map<string, string>,
): Promise<void> {
  const before = placedIn(good, name)
  if (before === undefined) return
  const now = placedIn(head, name)
  const past: PlacedText = { text: await textOf(good.snapshot, before.file), origin: before }
  const file = now?.file ?? before.file
  const text = texts.get(file) ?? (await textOf(head.snapshot, file))
  const reverted =
    now === undefined ? withDocument(text, past) : revertedDocument({ text, origin: now }, past)
  if (reverted === undefined)
    throw new FaultError(fault('not-editable', '', { location: { file, line: (now ?? origin).line } }))
  if (reverted !== text) texts.set(file, reverted)
}

function placedIn({ tree }: CommitTree, name: string): PlacedGroup['declared']['origin'] | undefined {
  const group = tree.groups.get(name)
  return group && documentOf(group)?.declared.origin
}

/** A group that is gone comes back as a document of its own. */
function withDocument(text: string, past: PlacedText): string | undefined {
  if (past.origin.pointer !== '') return undefined
  const own = splitDocuments(past.text)[past.origin.document]?.text
  if (own === undefined) return undefined
  if (text === '') return own
  return `${text}${text.endsWith('\n') ? '' : '\n'}---\n${own}`
}
