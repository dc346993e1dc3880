import type { ObjectKey } from '../../../src/model/object.ts'
import type { Random } from '../../helpers/random.ts'
import { importCommits, moveBranch } from './branch.ts'
import { keyOfDeclaration } from './declaration.ts'
import { type DesiredState, filesOf, makeHistory, type PlannedCommit } from './history.ts'

/** A branch of made-up commits, and how far along it the world is. */
export class Timeline {
  readonly #directory: string
  readonly #branch: string
  readonly #commits: readonly PlannedCommit[]
  readonly #ids: readonly string[]
  #head = -1

  private constructor(
    directory: string,
    branch: string,
    commits: readonly PlannedCommit[],
    ids: readonly string[],
  ) {
    this.#directory = directory
    this.#branch = branch
    this.#commits = commits
    this.#ids = ids
  }

  /** @param directory of a bare repository; the branch is not there before the first commit is pushed */
  static async create(directory: string, branch: string, random: Random, commits: number): Promise<Timeline> {
    const history = makeHistory(random, branch, commits)
    const files = history.map(({ message, declared }) => ({ message, files: filesOf(declared) }))
    return new Timeline(directory, branch, history, await importCommits(directory, branch, files))
  }

  /** Id of the branch's commit. */
  get head(): string {
    return this.#ids[this.#head] ?? ''
  }

  get declared(): DesiredState {
    return this.#commits[this.#head]?.declared ?? new Map()
  }

  /** What each commit that was head declares. */
  get declaredSoFar(): readonly DesiredState[] {
    return this.#commits.slice(0, this.#head + 1).map(({ declared }) => declared)
  }

  /** All that the head and the commit before it declare. */
  get recentKeys(): readonly ObjectKey[] {
    const recent = this.declaredSoFar.slice(-2)
    return recent.flatMap((declared) =>
      [...declared.values()].flatMap((objects) => [...objects.values()].map(keyOfDeclaration)),
    )
  }

  /** How many commits are still to come. */
  get left(): number {
    return this.#commits.length - 1 - this.#head
  }

  /** Moves the branch to the next commit, as a push does; gives its id. */
  async push(): Promise<string> {
    this.#head++
    await moveBranch(this.#directory, this.#branch, this.head)
    return this.head
  }
}
