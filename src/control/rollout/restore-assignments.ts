import { type Revision, revisionAt } from '../../model/revision.ts'
import type { InstallationStatus } from '../../model/status.ts'
import { isHibernated } from '../../stages/declare/fleet/declarations.ts'
import { installationId } from '../../stages/declare/installation-id.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import { ownDigest } from '../../stages/declare/own-digest.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import { recordedRevision } from '../../stages/report/recorded-revision.ts'
import type { GroupRecord } from '../../stages/rollout/group-record.ts'
import type { CommitTrees } from '../fleet/commit-trees.ts'
import { type Assignment, isSealed } from './assignment.ts'
import type { InheritedDigests } from './inherited-digests.ts'
import type { HeadMember, RolloutHead } from './rollout-head.ts'

/** Maximum number of commits that are looked at; what is of others counts as not known. */
const MOST_COMMITS = 12

export interface RestoreOptions {
  readonly head: RolloutHead
  readonly status: (name: string) => InstallationStatus | undefined
  readonly record: (group: string) => GroupRecord | undefined
  readonly sealer: Sealer | undefined
  /** Whether this Reeve wrote the latest records. */
  readonly areRecordsOwn: boolean
  /** Revisions in the marks of an installation's objects. */
  readonly marksOf: (id: string) => readonly Revision[]
  /** Commits of the branch, the oldest first. */
  readonly order: readonly string[]
  readonly trees: CommitTrees
  readonly digests: InheritedDigests
}

/**
 * What the members of groups were brought to by an earlier Reeve, by name: as their records say that it sealed, else as
 * the marks of their objects say. Those of which neither tells anything are new.
 */
export async function restoreAssignments(
  members: Iterable<HeadMember>,
  options: RestoreOptions,
): Promise<ReadonlyMap<string, Assignment>> {
  const positions = new Map(options.order.map((commit, index) => [commit, index]))
  const isNewer = (a: string, b: string) => (positions.get(a) ?? -1) > (positions.get(b) ?? -1)
  const found = new Map<string, Assignment>()
  const others: { readonly member: HeadMember; readonly revision: Revision }[] = []
  const newest = newestCommit(members, options, isNewer)
  for (const member of members) {
    const marks = options.marksOf(installationId(member.name))
    const recorded = recordedAssignment(member, options)
    const written = newestOf(marks, isNewer)
    const aim = options.record(member.group)?.at.commit
    const isBegun = written !== undefined && written.inherited === aim && recorded?.commit !== aim
    if (recorded && !isBegun) found.set(member.name, recorded)
    else {
      const revision = isBegun ? written : (legacyRevision(member, options, newest) ?? written)
      if (revision) others.push({ member, revision })
    }
  }
  for (const [name, assignment] of await fromRevisions(others, options)) found.set(name, assignment)
  return found
}

/** As its record says; undefined where that cannot be trusted, or says nothing of rollouts. */
function recordedAssignment(
  { name }: HeadMember,
  { status, sealer, areRecordsOwn }: RestoreOptions,
): Assignment | undefined {
  const record = status(name)
  if (record?.inherits === undefined) return undefined
  const isTrusted = sealer ? isSealed(name, record.inherits, sealer) : areRecordsOwn
  if (!isTrusted) return undefined
  const { seal: _, ...inherits } = record.inherits
  return { ...inherits, ownCommit: record.commit }
}

/** One that was applied before its group had a rollout was at the newest commit, like all others. */
function legacyRevision(
  { name }: HeadMember,
  { status, areRecordsOwn }: RestoreOptions,
  newest: string | undefined,
): Revision | undefined {
  const record = status(name)
  if (record === undefined || record.inherits || !areRecordsOwn) return undefined
  if (record.applied) return record.applied
  return newest === undefined ? recordedRevision(record) : revisionAt(newest)
}

function newestCommit(
  members: Iterable<HeadMember>,
  { status }: RestoreOptions,
  isNewer: (a: string, b: string) => boolean,
): string | undefined {
  let newest: string | undefined
  for (const { name } of members) {
    const commit = status(name)?.commit
    if (commit !== undefined && (newest === undefined || isNewer(commit, newest))) newest = commit
  }
  return newest
}

function newestOf(
  revisions: readonly Revision[],
  isNewer: (a: string, b: string) => boolean,
): Revision | undefined {
  return revisions.reduce<Revision | undefined>(
    (best, each) => (best === undefined || isNewer(each.inherited, best.inherited) ? each : best),
    undefined,
  )
}

/** Digests of the most frequent commits; of others nothing is known, so that they count as behind. */
async function fromRevisions(
  found: readonly { readonly member: HeadMember; readonly revision: Revision }[],
  { trees, digests, head, status }: RestoreOptions,
): Promise<readonly (readonly [string, Assignment])[]> {
  const names = [...head.groups.keys()]
  const counts = Map.groupBy(
    found.flatMap(({ revision: { own, inherited } }) => (own === inherited ? [own] : [own, inherited])),
    (commit) => commit,
  )
  const frequent = [...counts].sort(([, a], [, b]) => b.length - a.length).slice(0, MOST_COMMITS)
  const known = new Map<string, CommitTree>()
  for (const [commit] of frequent) {
    const tree = await trees.at(commit)
    if (tree) known.set(commit, tree)
  }
  return Promise.all(
    found.map(async ({ member, revision: { own, inherited, group } }) => {
      const [ownTree, from] = [known.get(own), known.get(inherited)]
      const source = ownTree?.tree.sources.get(member.name)
      const before = status(member.name)?.group ?? member.innermost
      const isMoved = before !== member.innermost
      const digest = isMoved ? '' : from && (await digests.of(from, names)).get(member.group)
      return [
        member.name,
        {
          group: isMoved ? before : member.group,
          innermost: group ?? before,
          commit: inherited,
          digest: digest ?? '',
          own: ownTree && source ? ownDigest(source, ownTree.tree.valuesFiles) : '',
          ownCommit: own,
          ...(source && isHibernated(source.draft, source.member) && { asleep: true as const }),
        },
      ] as const
    }),
  )
}
