import type { Repository } from '../../adapters/git/repository.ts'
import { isFault } from '../../model/fault.ts'
import type { NamedCommit } from './standing.ts'

/** Maximum number of commits that are asked of the remote: others may name any in the status branch. */
const MOST_FETCHED = 20

/** Finds out what commits of the followed branch are called; each is asked of the remote once. */
export class CommitNames {
  readonly #repository: Repository
  readonly #branch: string
  readonly #known = new Map<string, NamedCommit>()
  #fetched = 0

  constructor(repository: Repository, branch: string) {
    this.#repository = repository
    this.#branch = branch
  }

  async of(commit: string): Promise<NamedCommit> {
    const known = this.#known.get(commit) ?? (await this.#find(commit))
    this.#known.set(commit, known)
    return known
  }

  async #find(commit: string): Promise<NamedCommit> {
    const found = (await this.#repository.readCommit(commit)) ?? (await this.#fetch(commit))
    return found === undefined ? { commit } : namedCommit(found)
  }

  async #fetch(commit: string) {
    if (this.#fetched >= MOST_FETCHED) return undefined
    this.#fetched += 1
    try {
      await this.#repository.fetchCommit(commit, { branch: this.#branch, depth: 1 })
    } catch (error) {
      if (!isFault(error, 'git-no-commit')) throw error
      return undefined
    }
    return this.#repository.readCommit(commit)
  }
}

export function namedCommit(commit: {
  readonly oid: string
  readonly message: string
  readonly committer: string
  readonly time: number
}): NamedCommit {
  const { oid, message, committer, time } = commit
  return { commit: oid, subject: message.split('\n', 1)[0]?.slice(0, 200) ?? '', committer, time }
}
