import type { Inherits } from '../../model/inherits.ts'
import type { Revision } from '../../model/revision.ts'
import type { TreeDeclaration } from '../../stages/declare/declare-tree.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'

/** What installations are made from, where rollouts move them. */
export interface Compositions {
  /** Those that are not all of the fleet's commit, by name; `absent` is one that is not to be applied yet. */
  readonly composed: ReadonlyMap<string, Composed | 'absent'>
  /** Those that Git no longer declares, and that are kept for a while, by name. */
  readonly kept?: ReadonlyMap<string, Composed>
  /** All that rollouts move, by name. */
  readonly inherits: ReadonlyMap<string, Inherits>
  /** Why some are not brought to what they say themselves, by name. */
  readonly waits: ReadonlyMap<string, string>
}

/** An installation that is not all of the fleet's commit. */
export interface Composed {
  readonly declared: TreeDeclaration
  /** Where its templates are from, in their order. */
  readonly templatesOf: readonly CommitTree[]
  readonly revision: Revision
}

/** What an installation is made from; undefined where that is all of the fleet's commit, and for one that is absent. */
export function composedOf(
  { composed, kept }: Pick<Compositions, 'composed' | 'kept'>,
  name: string,
): Composed | undefined {
  const found = composed.get(name) ?? kept?.get(name)
  return found === 'absent' ? undefined : found
}

export const NO_COMPOSITIONS: Compositions = { composed: new Map(), inherits: new Map(), waits: new Map() }
