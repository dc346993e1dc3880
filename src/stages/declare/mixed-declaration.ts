import { budgetsFor } from '../../model/budgets.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { isRemote, type TemplateReference } from '../../model/template.ts'
import { type DeclaredTree, declaredOf, type TreeDeclaration } from './declare-tree.ts'
import { groupTexts, namedFilesOf, sayersOf, type TextOf } from './fleet/declarations.ts'
import { groupIn, type Membership } from './fleet/membership.ts'
import { isOwnFile, type NamedFile, saidFile } from './fleet/named-files.ts'
import { beyondValuesBudget } from './fleet/values-budget.ts'
import type { TreeOptions } from './tree-options.ts'
import { readValuesFiles, type ValuesFiles } from './values-files.ts'

/** A commit as it was declared. */
export interface CommitTree {
  readonly tree: DeclaredTree
  readonly snapshot: Snapshot
}

/** What an installation is made from that inherits from another commit than its own documents are of. */
export interface Mixture {
  readonly own: CommitTree
  readonly inherited: CommitTree
  /** The group that it inherits from; by default the one that it is in at `own`. */
  readonly group?: string
  /** Texts of the groups of the commit that it inherits from. */
  readonly textOf?: TextOf
}

/** A declaration, and which of its templates are of the commit that it inherits from. */
export interface MixedDeclaration {
  readonly declared: TreeDeclaration
  /** In the order of its templates. */
  readonly templatesOf: readonly CommitTree[]
}

/**
 * The declaration of an installation as its own documents say at one commit, with what it inherits at another: its
 * groups with those around them, and the content of templates and of the values files that its groups name. Files
 * that are named for each installation, the overlay of its directory and templates that only its own commit has are
 * its own. Undefined where its own commit does not declare it.
 */
export async function mixedDeclaration(
  name: string,
  { own, inherited, group, textOf = groupTexts() }: Mixture,
  options: TreeOptions,
): Promise<MixedDeclaration | undefined> {
  const source = own.tree.sources.get(name)
  if (source === undefined) return undefined
  const { draft } = source
  const member = membershipAt(source.member, inherited.tree, group)
  const named = namedFilesOf(draft, member)
  const isOwn = (each: NamedFile) => isOwnFile(each, draft.document)
  const [ownFiles, inheritedFiles] = await Promise.all([
    readFiles(named.filter(isOwn), own, options),
    readFiles(
      named.filter((each) => !isOwn(each)),
      inherited,
      options,
    ),
  ])
  const files = named.map((each) => saidFile(each, isOwn(each) ? ownFiles : inheritedFiles))
  const { onUnforeseen, budgets = budgetsFor(0) } = options
  const beyond = beyondValuesBudget([{ name, sayers: sayersOf(draft, member), files }], budgets.values)
  const parts = { ...source, member, files, textOf, beyond: beyond.get(name) }
  const declared = withBrakes(declaredOf(parts, onUnforeseen, undefined), own.tree.declarations.get(name))
  const { templates } = declared.declaration
  const isOverlay = draft.overlay !== undefined
  const templatesOf = await Promise.all(
    templates.map(async ({ reference }) =>
      isOverlay || !(await mayHave(reference, inherited.snapshot)) ? own : inherited,
    ),
  )
  return { declared, templatesOf }
}

/** Whether it moves only as reviewed, sleeps, and may go is said at its own commit: a brake holds at once. */
function withBrakes(mixed: TreeDeclaration, own: TreeDeclaration | undefined): TreeDeclaration {
  if (own === undefined) return mixed
  const { hibernated: _, deletion: __, ...declaration } = mixed.declaration
  const { requiresReview, hibernated, deletion } = own.declaration
  return {
    ...mixed,
    declaration: {
      ...declaration,
      ...(requiresReview && { requiresReview }),
      ...(hibernated && { hibernated }),
      ...(deletion && { deletion }),
    },
  }
}

/** The same group as it is at another commit; where that does not have it, as it is. */
function membershipAt(member: Membership, { groups }: DeclaredTree, name: string | undefined): Membership {
  const known = groupIn(member)?.name
  const group = groups.get(name ?? known ?? '')
  return group && 'group' in member ? { ...member, group } : member
}

async function readFiles(
  named: readonly NamedFile[],
  { tree, snapshot }: CommitTree,
  options: TreeOptions,
): Promise<ValuesFiles> {
  const paths = named.map(({ path }) => path).filter((path) => typeof path === 'string')
  return readValuesFiles(new Set(paths), snapshot, options, tree.valuesFiles)
}

/** What a remote template is, or is locked to, a commit says without having it. */
async function mayHave(reference: TemplateReference, { entriesBelow }: Snapshot): Promise<boolean> {
  return isRemote(reference) || (await entriesBelow(reference.path)).length > 0
}
