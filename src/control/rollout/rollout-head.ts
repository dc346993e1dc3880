import type { DraftedInstallation, TreeDeclaration } from '../../stages/declare/declare-tree.ts'
import { isHibernated } from '../../stages/declare/fleet/declarations.ts'
import { groupIn } from '../../stages/declare/fleet/membership.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import { ownDigest } from '../../stages/declare/own-digest.ts'
import { type RolloutGroup, rolloutGroups, rulingGroup } from '../../stages/declare/rollout-groups.ts'

/** The head of the branch, as rollouts see it. */
export interface RolloutHead {
  readonly commit: string
  readonly tree: CommitTree
  readonly groups: ReadonlyMap<string, RolloutGroup>
  /** Installations that the rollout of a group moves, by name. */
  readonly members: ReadonlyMap<string, HeadMember>
  /** Names of installations whose group cannot be told, or has faults: they stay as they are. */
  readonly stuck: ReadonlySet<string>
}

/** An installation as the head declares it. */
export interface HeadMember {
  readonly name: string
  /** The innermost group that says how its members move; empty for one that is pinned and in none. */
  readonly group: string
  /** Empty for none. */
  readonly innermost: string
  /** Digest of what it says itself. */
  readonly own: string
  readonly labels: Readonly<Record<string, string>>
  /** Full id of the commit that it is to inherit from, as its document says. */
  readonly pinned?: string
  /** Nothing of it moves, and it proves nothing: it is suspended, or its own documents have faults. */
  readonly isLeftOut: boolean
  /** It sleeps: it follows no rollout, and proves nothing. */
  readonly sleeps: boolean
}

/** What an installation says itself: of the same document, directory and sleep. */
interface KnownDigest {
  readonly source: string
  readonly sleeps: boolean
  readonly digest: string
}

/** What an installation is to rollouts. */
interface Told {
  readonly member: HeadMember | undefined
  readonly isStuck: boolean
}

/** Reads heads, and of each only what is new. */
export class RolloutHeads {
  /** A declaration stays the same object while all that it is made from does. */
  readonly #told = new WeakMap<TreeDeclaration, Told>()
  readonly #digests = new WeakMap<object, KnownDigest>()

  of(tree: CommitTree): RolloutHead {
    const { groups, sources, declarations } = tree.tree
    const members = new Map<string, HeadMember>()
    const stuck = new Set<string>()
    for (const [name, source] of sources) {
      const told = this.#tell(name, source, tree, declarations.get(name))
      if (told.isStuck) stuck.add(name)
      if (told.member) members.set(name, told.member)
    }
    return { commit: tree.snapshot.commit.oid, tree, groups: rolloutGroups(groups), members, stuck }
  }

  /** Faults of its documents may come from elsewhere. */
  #tell(
    name: string,
    source: DraftedInstallation,
    tree: CommitTree,
    declared: TreeDeclaration | undefined,
  ): Told {
    const key = source.draft.faults.length === 0 ? declared : undefined
    const known = key && this.#told.get(key)
    if (known) return known
    const told = { isStuck: isStuck(source), member: this.#member(name, source, tree) }
    if (key) this.#told.set(key, told)
    return told
  }

  #member(name: string, source: DraftedInstallation, { tree }: CommitTree): HeadMember | undefined {
    const { member } = source
    const group = groupIn(member)
    const moving = rulingGroup(source)
    const declaration = tree.declarations.get(name)?.declaration
    const pinned = declaration?.pinned?.commit
    if (declaration === undefined || isStuck(source)) return undefined
    if (moving === undefined && pinned === undefined) return undefined
    return {
      name,
      group: moving ?? '',
      innermost: group?.name ?? '',
      own: this.#own(source, tree.valuesFiles),
      labels: declaration.labels,
      ...(pinned !== undefined && { pinned }),
      isLeftOut: declaration.suspended || source.draft.faults.length > 0,
      sleeps: declaration.hibernated === true,
    }
  }

  /** Documents stay the same objects while their files do. */
  #own(source: DraftedInstallation, files: CommitTree['tree']['valuesFiles']): string {
    const { document, source: directory, faults } = source.draft
    const sleeps = isHibernated(source.draft, source.member)
    const isCached = document !== undefined && faults.length === 0 && !readsOwnFiles(source)
    const known = isCached ? this.#digests.get(document) : undefined
    if (known?.source === directory && known.sleeps === sleeps) return known.digest
    const digest = ownDigest(source, files)
    if (isCached) this.#digests.set(document, { source: directory, sleeps, digest })
    return digest
  }
}

function readsOwnFiles({ draft, member }: DraftedInstallation): boolean {
  const chain = groupIn(member)?.chain ?? []
  const inherited = chain.flatMap(({ document }) => document.valuesFiles)
  return (
    (draft.document?.document.valuesFiles.length ?? 0) > 0 || inherited.some((path) => path.includes('${'))
  )
}

function isStuck({ member }: DraftedInstallation): boolean {
  return 'fault' in member || (member.group?.faults.length ?? 0) > 0
}
