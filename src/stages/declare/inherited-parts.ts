import { type TemplateReference, templateKey } from '../../model/template.ts'
import type { DeclaredTree, TreeDeclaration } from './declare-tree.ts'
import { groupTexts, type TextOf } from './fleet/declarations.ts'
import type { PlacedGroup } from './fleet/directory.ts'
import type { Groups } from './fleet/groups.ts'
import type { ValuesFiles } from './values-files.ts'

/** What the members of a group inherit at a commit. */
export interface InheritedParts {
  /** Texts of the documents of its groups, and digests of the values files that those name; sorted. */
  readonly texts: readonly string[]
  /** The templates of its members, each once, sorted by their keys. */
  readonly templates: readonly TemplateReference[]
}

/**
 * What the members of groups inherit: from each group itself, those around it, and those inside it. A function of
 * the commit alone.
 *
 * @param names of groups; one that the commit does not have, or that has faults there, is left out
 */
export function inheritedParts(
  { groups, declarations, valuesFiles }: DeclaredTree,
  names: Iterable<string>,
  textOf: TextOf = groupTexts(),
): ReadonlyMap<string, InheritedParts> {
  const wanted = new Set([...names].filter((name) => groups.get(name)?.faults.length === 0))
  if (wanted.size === 0) return new Map()
  const documents = documentsOf(wanted, groups)
  const templates = templatesOf(wanted, declarations.values())
  return new Map(
    [...wanted].map((name): [string, InheritedParts] => [
      name,
      {
        texts: [...(documents.get(name) ?? [])]
          .flatMap((placed) => textsOf(placed, valuesFiles, textOf))
          .sort(),
        templates: [...(templates.get(name) ?? [])]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([, reference]) => reference),
      },
    ]),
  )
}

/** Documents of each group, those around it, and those inside it. */
function documentsOf(
  wanted: ReadonlySet<string>,
  groups: Groups,
): ReadonlyMap<string, ReadonlySet<PlacedGroup>> {
  const found = new Map([...wanted].map((name) => [name, new Set<PlacedGroup>()]))
  for (const { chain } of groups.values())
    for (const { document } of chain)
      for (const placed of wanted.has(document.name) ? chain : []) found.get(document.name)?.add(placed)
  return found
}

/** The templates of each group's members, by their keys. */
function templatesOf(
  wanted: ReadonlySet<string>,
  declarations: Iterable<TreeDeclaration>,
): ReadonlyMap<string, ReadonlyMap<string, TemplateReference>> {
  const found = new Map([...wanted].map((name) => [name, new Map<string, TemplateReference>()]))
  for (const { declaration } of declarations)
    for (const name of declaration.groups)
      for (const { reference } of found.has(name) ? declaration.templates : [])
        found.get(name)?.set(templateKey(reference), reference)
  return found
}

function textsOf(placed: PlacedGroup, files: ValuesFiles, textOf: TextOf): readonly string[] {
  const read = placed.document.valuesFiles.map((path) => {
    const file = files.get(path)
    return typeof file === 'object' ? `${path} ${file.oid}` : path
  })
  return [textOf(placed), ...read]
}
