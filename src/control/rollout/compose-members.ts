import type { Inherits } from '../../model/inherits.ts'
import { type Revision, revisionAt } from '../../model/revision.ts'
import { groupTexts, type TextOf } from '../../stages/declare/fleet/declarations.ts'
import { type CommitTree, mixedDeclaration } from '../../stages/declare/mixed-declaration.ts'
import type { Composed } from '../fleet/compositions.ts'
import type { Assignment } from './assignment.ts'
import type { CommitTrees } from './commit-trees.ts'
import type { HeadMember, RolloutHead } from './rollout-head.ts'

interface Known {
  /** What decides the composition. */
  readonly key: string
  readonly composed: Composed
}

/** The composition of an installation; undefined where it is all of the head, `gone` where a commit of it is gone. */
export type Composition = Composed | 'gone' | undefined

/** Makes declarations of installations whose own and inherited parts are of different commits. */
export class ComposeMembers {
  readonly #trees: CommitTrees
  readonly #known = new Map<string, Known>()
  readonly #texts = new WeakMap<CommitTree, TextOf>()

  constructor(trees: CommitTrees) {
    this.#trees = trees
  }

  /** @param digests of what is inherited at the head, by group */
  async of(
    member: HeadMember,
    assignment: Assignment,
    head: RolloutHead,
    digests: ReadonlyMap<string, string>,
  ): Promise<Composition> {
    const { name } = member
    const isOwnCurrent = assignment.own === member.own || member.isLeftOut
    const key = keyOf({ ...assignment, own: isOwnCurrent ? member.own : assignment.own })
    const isInheritedCurrent =
      assignment.group === member.group && assignment.digest === digests.get(member.group)
    if (isOwnCurrent && isInheritedCurrent) {
      this.#noteHead(name, key, head)
      return undefined
    }
    const known = this.#known.get(name)
    if (known?.key === key) return known.composed
    const own = isOwnCurrent ? head.tree : await this.#trees.at(assignment.ownCommit)
    const inherited = isInheritedCurrent ? head.tree : await this.#trees.at(assignment.commit)
    if (own === undefined || inherited === undefined) return 'gone'
    const composed = await this.mix(name, own, inherited, assignment.innermost)
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
    return { declared, templatesOf, revision: revisionOf(own, inherited, group) }
  }

  keep(names: ReadonlyMap<string, unknown>): void {
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name)
  }

  /** Drops everything that is known. */
  forget(): void {
    this.#known.clear()
  }

  /** What is all of the head now may be an earlier commit's soon. */
  #noteHead(name: string, key: string, { tree, commit }: RolloutHead): void {
    const declared = tree.tree.declarations.get(name)
    if (declared === undefined) return
    const templatesOf = declared.declaration.templates.map(() => tree)
    this.#known.set(name, { key, composed: { declared, templatesOf, revision: revisionAt(commit) } })
  }
}

function keyOf({ own, digest, innermost }: Pick<Inherits, 'own' | 'digest' | 'innermost'>): string {
  return `${own} ${digest} ${innermost}`
}

function revisionOf(own: CommitTree, inherited: CommitTree, group: string): Revision {
  const [a, b] = [own, inherited].map(({ snapshot }) => snapshot.commit.oid) as [string, string]
  return a === b ? revisionAt(a) : { own: a, inherited: b, ...(group !== '' && { group }) }
}
