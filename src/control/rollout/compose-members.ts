import type { Inherits } from '../../model/inherits.ts'
import { mixedRevision, revisionAt } from '../../model/revision.ts'
import { groupTexts, type TextOf } from '../../stages/declare/fleet/declarations.ts'
import { type CommitTree, mixedDeclaration } from '../../stages/declare/mixed-declaration.ts'
import type { CommitTrees } from '../fleet/commit-trees.ts'
import type { Composed } from '../fleet/compositions.ts'
import type { Assignment } from './assignment.ts'
import type { HeadMember, RolloutHead } from './rollout-head.ts'

interface Known {
  /** What decides the composition. */
  readonly key: string
  readonly composed: Composed
}

/** The composition of an installation; `gone` where a commit of it is gone. */
export type Composition = Composed | 'gone'

/** A head, and digests of what is inherited there, by group. */
interface KnownHead {
  readonly head: RolloutHead
  readonly digests: ReadonlyMap<string, string>
}

/** Makes declarations of installations whose own and inherited parts are of different commits. */
export class ComposeMembers {
  readonly #trees: CommitTrees
  readonly #known = new Map<string, Known>()
  readonly #texts = new WeakMap<CommitTree, TextOf>()
  #now: KnownHead | undefined
  /** The head before: what was all of it may be an earlier commit's now. */
  #before: KnownHead | undefined

  constructor(trees: CommitTrees) {
    this.#trees = trees
  }

  /** @param digests of what is inherited at the head, by group */
  noteHead(head: RolloutHead, digests: ReadonlyMap<string, string>): void {
    if (this.#now?.head !== head) this.#before = this.#now
    this.#now = { head, digests }
  }

  /** Whether an installation is all of the head. */
  isAtHead(member: HeadMember, assignment: Assignment): boolean {
    const isAtHead = isOwnCurrent(member, assignment) && this.#isInheritedCurrent(member, assignment)
    if (isAtHead) this.#known.delete(member.name)
    return isAtHead
  }

  /** What an installation is made from that is not all of the head. */
  async of(member: HeadMember, assignment: Assignment): Promise<Composition> {
    const { name } = member
    const isOwn = isOwnCurrent(member, assignment)
    const key = keyOf({ ...assignment, own: isOwn ? member.own : assignment.own })
    const known = this.#known.get(name)
    if (known?.key === key) return known.composed
    const tree = this.#now?.head.tree
    const composed =
      this.#wholeBefore(name, key) ??
      (await this.#mixed(assignment, name, {
        own: isOwn ? tree : undefined,
        inherited: this.#isInheritedCurrent(member, assignment) ? tree : undefined,
      }))
    if (composed) this.#known.set(name, { key, composed })
    return composed ?? 'gone'
  }

  /** Undefined where the one commit does not declare it. */
  async mix(
    name: string,
    own: CommitTree,
    inherited: CommitTree,
    group: string,
  ): Promise<Composed | undefined> {
    const textOf = this.#texts.get(inherited) ?? groupTexts()
    this.#texts.set(inherited, textOf)
    const mixture = { own, inherited, textOf, ...(group !== '' && { group }) }
    const mixed = await mixedDeclaration(name, mixture, this.#trees.options)
    if (mixed === undefined) return undefined
    const { declared, templatesOf } = mixed
    const [at, from] = [own.snapshot.commit.oid, inherited.snapshot.commit.oid]
    const revision = mixedRevision(at, from, group)
    return { declared, templatesOf, revision }
  }

  keep(names: ReadonlyMap<string, unknown>): void {
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name)
  }

  /** Drops everything that is known. */
  forget(): void {
    this.#known.clear()
    this.#now = undefined
    this.#before = undefined
  }

  #isInheritedCurrent(member: HeadMember, { group, digest }: Assignment): boolean {
    return group === member.group && digest === this.#now?.digests.get(member.group)
  }

  /** The whole of the head before, where that is the same. */
  #wholeBefore(name: string, key: string): Composed | undefined {
    if (this.#before === undefined) return undefined
    const { head, digests } = this.#before
    const member = head.members.get(name)
    const declared = head.tree.tree.declarations.get(name)
    const digest = member && digests.get(member.group)
    if (member === undefined || declared === undefined || digest === undefined) return undefined
    if (keyOf({ ...member, digest }) !== key) return undefined
    const templatesOf = declared.declaration.templates.map(() => head.tree)
    return { declared, templatesOf, revision: revisionAt(head.commit) }
  }

  /** @param head the parts that are of the head */
  async #mixed(
    { ownCommit, commit, innermost }: Assignment,
    name: string,
    head: { readonly own: CommitTree | undefined; readonly inherited: CommitTree | undefined },
  ): Promise<Composed | undefined> {
    const own = head.own ?? (await this.#trees.at(ownCommit))
    const inherited = head.inherited ?? (await this.#trees.at(commit))
    return own && inherited && this.mix(name, own, inherited, innermost)
  }
}

function isOwnCurrent(member: HeadMember, { own }: Assignment): boolean {
  return own === member.own || member.isLeftOut
}

function keyOf({ own, digest, innermost }: Pick<Inherits, 'own' | 'digest' | 'innermost'>): string {
  return `${own} ${digest} ${innermost}`
}
