import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { pathMatcher } from '../../stages/declare/fleet/values-paths.ts'
import { type InheritedParts, inheritedParts } from '../../stages/declare/inherited-parts.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import type { CommitTrees } from '../fleet/commit-trees.ts'
import type { Renderers } from '../fleet/renderers.ts'

/** Maximum number of commits whose digests are kept. */
const KEPT = 256

/** Digests of what the members of groups inherit, by commit and group. */
export class InheritedDigests {
  readonly #renderers: Pick<Renderers, 'find'>
  readonly #known = new LRUCache<string, Promise<ReadonlyMap<string, string>>>({ max: KEPT })

  constructor(renderers: Pick<Renderers, 'find'>) {
    this.#renderers = renderers
  }

  /** @param names of groups; one that the commit does not have, or that has faults there, gets none */
  of(tree: CommitTree, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const key = keyOf(tree.snapshot.commit.oid, names)
    const known = this.#known.get(key) ?? this.#find(tree, names)
    this.#known.set(key, known)
    // the caller gets the error, the next one asks anew
    known.catch(() => this.#known.delete(key))
    return known
  }

  /** Those of a commit that is read only where they are not known; undefined if it is gone. */
  async at(
    commit: string,
    names: readonly string[],
    trees: Pick<CommitTrees, 'at'>,
  ): Promise<ReadonlyMap<string, string> | undefined> {
    const known = this.#known.get(keyOf(commit, names))
    if (known) return known
    const tree = await trees.at(commit)
    return tree && this.of(tree, names)
  }

  async #find(tree: CommitTree, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const contentOf = this.#contents(tree)
    const digests = [...inheritedParts(tree.tree, names)].map(
      async ([name, parts]): Promise<[string, string]> => [name, await digestOf(parts, contentOf)],
    )
    return new Map(await Promise.all(digests))
  }

  /** The contents of a commit's templates, each found once. */
  #contents({
    tree,
    snapshot,
  }: CommitTree): (template: InheritedParts['templates'][number]) => Promise<string> {
    const isValuesFile = pathMatcher(tree.valuesPaths)
    const known = new Map<unknown, Promise<string>>()
    return (reference) => {
      const key = JSON.stringify(reference)
      const content =
        known.get(key) ??
        this.#renderers.find(reference, snapshot, isValuesFile).then((template) => template.content)
      known.set(key, content)
      return content
    }
  }
}

function keyOf(commit: string, names: readonly string[]): string {
  return JSON.stringify([commit, ...names])
}

async function digestOf(
  { texts, templates }: InheritedParts,
  contentOf: (template: InheritedParts['templates'][number]) => Promise<string>,
): Promise<string> {
  const contents = await Promise.all(templates.map(contentOf))
  return hash('sha256', JSON.stringify([texts, contents]))
}
