import type { PendingDeletion } from '../../model/deletion.ts'
import { isWhole } from '../../model/revision.ts'
import { type CommitTree, mixedDeclaration } from '../../stages/declare/mixed-declaration.ts'
import type { CommitTrees } from '../fleet/commit-trees.ts'
import type { Composed } from '../fleet/compositions.ts'

/**
 * An installation that Git no longer declares, as it was applied last, and asleep; undefined where a commit of it is gone.
 * It depends on nothing any more.
 * @throws FaultError if the remote cannot tell
 */
export async function keptComposition(
  name: string,
  deletion: PendingDeletion,
  trees: CommitTrees,
): Promise<Composed | undefined> {
  const { revision } = deletion
  const own = await trees.at(revision.own)
  const inherited = isWhole(revision) ? own : await trees.at(revision.inherited)
  if (own === undefined || inherited === undefined) return undefined
  const made = isWhole(revision)
    ? whole(name, own)
    : await mixedDeclaration(name, { ...revision, own, inherited }, trees.options)
  if (made === undefined) return undefined
  const { declared, templatesOf } = made
  const declaration = {
    ...declared.declaration,
    dependsOn: [],
    hibernated: true as const,
    pendingDeletion: deletion,
  }
  return { declared: { ...declared, declaration }, templatesOf, revision }
}

function whole(name: string, tree: CommitTree): Omit<Composed, 'revision'> | undefined {
  const declared = tree.tree.declarations.get(name)
  return declared && { declared, templatesOf: declared.declaration.templates.map(() => tree) }
}
