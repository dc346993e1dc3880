import { budgetsFor } from '../../model/budgets.ts'
import { contained, type OnUnforeseen } from '../../model/contained.ts'
import type { Declaration } from '../../model/declaration.ts'
import { type Fault, isUnforeseen } from '../../model/fault.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import {
  brokenDeclaration,
  type DeclarationParts,
  declarationOf,
  groupTexts,
  namedFilesOf,
  namesakesNeeded,
  sayersOf,
} from './fleet/declarations.ts'
import type { Directory } from './fleet/directory.ts'
import { brokenDraft, type Draft, draftsIn, draftsOf, namesakesOf } from './fleet/drafts.ts'
import { type Groups, groupsOf } from './fleet/groups.ts'
import { type GroupOf, type Membership, membership } from './fleet/membership.ts'
import { type NamedFile, saidFile } from './fleet/named-files.ts'
import { objectNames } from './fleet/object-names.ts'
import { withRingFaults } from './fleet/ring-faults.ts'
import { beyondValuesBudget } from './fleet/values-budget.ts'
import { valuesPathsIn } from './fleet/values-paths.ts'
import { withoutTemplates } from './fleet/without-templates.ts'
import { withoutValuesFiles } from './fleet/without-values-files.ts'
import { layout } from './layout.ts'
import { readDirectories } from './read-directories.ts'
import type { TreeOptions } from './tree-options.ts'
import { readValuesFiles, type ValuesFiles } from './values-files.ts'

/** The declarations of a commit, and its files as they were read. */
export interface DeclaredTree {
  /** By name, sorted. */
  readonly declarations: ReadonlyMap<string, TreeDeclaration>
  /** All groups, each with those around it. */
  readonly groups: Groups
  /** What its declarations are made from, by name. */
  readonly sources: ReadonlyMap<string, DraftedInstallation>
  /** By path; includes directories of templates. */
  readonly directories: ReadonlyMap<string, Directory>
  /** Drafts of the directories that are no templates. */
  readonly drafts: ReadonlyMap<Directory, readonly Draft[]>
  /** The files of values in use. */
  readonly valuesFiles: ValuesFiles
  /** Paths of values files, as documents write them. */
  readonly valuesPaths: readonly string[]
}

/** An installation, before what it inherits is added. */
export interface DraftedInstallation extends Pick<DeclarationParts, 'draft' | 'member' | 'namesakes'> {
  /** Name of its Installation object, where it has no document. */
  readonly objectName: string | undefined
}

/** A declaration and all its inputs: equal inputs make an equal declaration. */
export interface TreeDeclaration {
  readonly declaration: Declaration
  readonly inputs: readonly unknown[]
}

/**
 * Declares a commit's tree. An unforeseen error becomes a fault of the file, group or installation that it
 * came from.
 *
 * @param known the earlier result: only changed files, and files that could not be read or decrypted, are
 * read and parsed again
 */
export async function declareTree(
  snapshot: Snapshot,
  options: TreeOptions,
  known?: DeclaredTree,
): Promise<DeclaredTree> {
  const { onUnforeseen, budgets = budgetsFor(0) } = options
  const layouts = layout(snapshot.entries, known?.directories)
  const { readBlobs } = snapshot
  const directories = await readDirectories(
    layouts,
    readBlobs,
    options,
    known?.directories,
    budgets.documents,
  )
  const valuesPaths = valuesPathsIn(directories)
  const manifests = withoutValuesFiles(directories, valuesPaths, snapshot.root)
  const left = withoutTemplates(manifests, snapshot.root)
  const groups = withRingFaults(groupsOf(left, onUnforeseen))
  const drafts = new Map(
    left.map((directory) => [directory, draftsOfOne(directory, groups, onUnforeseen, known)] as const),
  )
  const all = draftsOf(drafts.values())
  const namesakes = namesakesOf(all)
  const groupOf = membership(groups, namesakes)
  const names = objectNames(all)
  const sources = all.map((draft) => {
    const member = memberOf(draft, groupOf, onUnforeseen)
    const named = filesNamedBy(draft, member, onUnforeseen)
    return { draft, member, namesakes, named, objectName: names.get(draft.name) }
  })
  const valuesFiles = await readValuesFiles(pathsIn(sources), snapshot, options, known?.valuesFiles)
  const complete = sources.map(({ named, ...source }) => ({
    ...source,
    files: named.map((each) => saidFile(each, valuesFiles)),
  }))
  const beyond = beyondValuesBudget(
    complete.map(({ draft, member, files }) => ({
      name: draft.name,
      sayers: sayersOf(draft, member),
      files,
    })),
    budgets.values,
  )
  const textOf = groupTexts()
  const declarations = complete.map((source): [string, TreeDeclaration] => {
    const { name } = source.draft
    const from = { ...source, textOf, beyond: beyond.get(name) }
    return [name, declaredOf(from, onUnforeseen, known?.declarations.get(name))]
  })
  return {
    declarations: new Map(declarations),
    groups,
    sources: new Map(sources.map((source) => [source.draft.name, source])),
    directories: new Map(directories.map((directory) => [directory.name, directory])),
    drafts,
    valuesFiles,
    valuesPaths,
  }
}

function draftsOfOne(
  directory: Directory,
  groups: Groups,
  onUnforeseen: OnUnforeseen,
  known: DeclaredTree | undefined,
): readonly Draft[] {
  const before = directory.isPlain ? known?.drafts.get(directory) : undefined
  if (before) return before
  const instead = (found: Fault) => [brokenDraft(directory, found)]
  const unit = { what: `the directory ${directory.name}`, instead, onUnforeseen }
  return contained(unit, () => draftsIn(directory, groups))
}

function memberOf(draft: Draft, groupOf: GroupOf, onUnforeseen: OnUnforeseen): Membership {
  const { name, location } = draft
  const instead = (found: Fault): Membership => ({ fault: found })
  const unit = { what: `the group of ${name}`, place: { location }, instead, onUnforeseen }
  return contained(unit, () => groupOf(draft))
}

function filesNamedBy(draft: Draft, member: Membership, onUnforeseen: OnUnforeseen): readonly NamedFile[] {
  const { name, location } = draft
  const instead = () => []
  const unit = { what: `the values files of ${name}`, place: { location }, instead, onUnforeseen }
  return contained(unit, () => namedFilesOf(draft, member))
}

function pathsIn(sources: readonly { readonly named: readonly NamedFile[] }[]): ReadonlySet<string> {
  const paths = sources.flatMap(({ named }) => named.map(({ path }) => path))
  return new Set(paths.filter((path) => typeof path === 'string'))
}

/** Completes an installation, unless it is made from the same as before. */
export function declaredOf(
  { objectName, ...parts }: DraftedInstallation & DeclarationParts,
  onUnforeseen: OnUnforeseen,
  before: TreeDeclaration | undefined,
): TreeDeclaration {
  const { draft, member, namesakes, files, beyond } = parts
  const { name, source, document, location } = draft
  const group = 'group' in member ? member.group : member.fault.message
  const lacks = [...draft.faults, ...(typeof group === 'object' ? group.faults : [])].flatMap(lackOf)
  const inputs = [
    source,
    document,
    objectName,
    ...lacks,
    ...namesakesNeeded(draft, member, namesakes),
    ...(typeof group === 'object'
      ? [...group.chain, ...group.faults.map(({ message }) => message)]
      : [group]),
    ...('group' in member ? (member.binding ?? []) : []).flatMap(({ chain }) => chain),
    ...files.map(({ content }) => ('values' in content ? content : content.message)),
    ...(beyond ? [beyond.message] : []),
  ]
  if (before && isSame(before.inputs, inputs) && !isBroken(before.declaration)) return before
  const instead = (found: Fault) => brokenDeclaration(draft, found)
  const unit = { what: `the installation ${name}`, place: { location }, instead, onUnforeseen }
  const declaration = contained(unit, () => declarationOf(parts))
  return { declaration: { ...declaration, ...(objectName !== undefined && { objectName }) }, inputs }
}

function isBroken({ faults }: Declaration): boolean {
  return faults.some(isUnforeseen)
}

/** Undecryptable or unread input may become readable without a change in Git. */
function lackOf(fault: Fault): readonly string[] {
  return fault.code === 'undecryptable' || isUnforeseen(fault) ? [fault.message] : []
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
