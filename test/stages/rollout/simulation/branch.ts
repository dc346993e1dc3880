import type { Rollout } from '../../../../src/model/rollout.ts'

/** A group as one commit has it. */
export interface SimulatedGroup {
  /** What it says itself, as a number. */
  readonly version: number
  /** The group around it. */
  readonly parent?: string
  readonly rollout: Rollout
}

/** An installation as one commit has it. */
export interface SimulatedInstallation {
  readonly group: string
  /** What it says itself, as a number. */
  readonly own: number
  /** Whether what it says itself keeps it from being well. */
  readonly isBroken: boolean
  /** Position of the first commit that it may inherit from together with what it says itself. */
  readonly needs: number
  readonly sleeps?: boolean
  /** What it names to be inherited. */
  readonly pinned?: { readonly commit: string; readonly group: string; readonly digest: string }
  readonly order?: string
}

export interface SimulatedTree {
  readonly groups: ReadonlyMap<string, SimulatedGroup>
  readonly installations: ReadonlyMap<string, SimulatedInstallation>
}

export interface SimulatedCommit extends SimulatedTree {
  readonly commit: string
  readonly position: number
  /** What the members of each group inherit. */
  readonly digests: ReadonlyMap<string, string>
}

/** The commits of a simulated branch, and their trailers. */
export class SimulatedBranch {
  readonly commits: SimulatedCommit[] = []
  /** By group, the newest commit that approves or forces. */
  readonly approved = new Map<string, string>()
  readonly forced = new Map<string, string>()
  readonly #byName = new Map<string, SimulatedCommit>()

  get head(): SimulatedCommit {
    const head = this.commits.at(-1)
    if (head === undefined) throw new Error('the branch is empty')
    return head
  }

  at(commit: string): SimulatedCommit | undefined {
    return this.#byName.get(commit)
  }

  /** Whether the newest commit changes more of a fleet than what its groups say: those, and who is in them, and how. */
  isRearranged(): boolean {
    const [before, head] = this.commits.slice(-2)
    if (before === undefined || head === undefined || before.groups.size !== head.groups.size) return true
    const groups = [...head.groups].some(([name, { rollout, parent }]) => {
      const known = before.groups.get(name)
      return known?.rollout !== rollout || known.parent !== parent
    })
    const changed = [...head.installations].some(([name, { group, own }]) => {
      const known = before.installations.get(name)
      return known !== undefined && (known.group !== group || known.own !== own)
    })
    return groups || changed
  }

  push(tree: SimulatedTree): SimulatedCommit {
    const position = this.commits.length
    const digests = new Map(
      [...tree.groups.keys()].map((name) => [
        name,
        [name, ...groupsAround(name, tree.groups)]
          .map((each) => `${each}=${tree.groups.get(each)?.version}`)
          .join(' in '),
      ]),
    )
    const made = { ...tree, commit: `c${position}`, position, digests }
    this.commits.push(made)
    this.#byName.set(made.commit, made)
    return made
  }
}

/** Names of the groups around one, the innermost first. */
export function groupsAround(
  name: string,
  groups: ReadonlyMap<string, Pick<SimulatedGroup, 'parent'>>,
): readonly string[] {
  const parent = groups.get(name)?.parent
  return parent === undefined ? [] : [parent, ...groupsAround(parent, groups)]
}
