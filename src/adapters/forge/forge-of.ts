import type {
  Annotation,
  CommitStatus,
  Forge,
  ForgeComment,
  NewPullRequest,
  PullRequest,
  Put,
} from './forge.ts'
import type { ForgeApi, PullFilter } from './forge-api.ts'
import { forgeFault } from './forge-fault.ts'
import { filePage } from './forge-location.ts'
import { KeyedSerial } from './keyed-serial.ts'
import { ownComments, putComment } from './own-comments.ts'
import { putStatus } from './own-status.ts'
import { PutMemory } from './put-memory.ts'
import { readPages } from './read-pages.ts'

/** Number of pull requests that the latest one of a branch is looked for among. */
const LATEST = 20

/** What Reeve needs of a forge, made of its requests. */
export function forgeOf(api: ForgeApi, connection: AsyncDisposable): Forge {
  return new ApiForge(api, connection)
}

class ApiForge implements Forge {
  readonly kind: Forge['kind']
  readonly #api: ForgeApi
  readonly #connection: AsyncDisposable
  /** Looks first and writes then: for one thing, one at a time. */
  readonly #puts = new KeyedSerial()
  readonly #comments = new PutMemory()
  readonly #statuses = new PutMemory()

  constructor(api: ForgeApi, connection: AsyncDisposable) {
    this.kind = api.location.kind
    this.#api = api
    this.#connection = connection
  }

  openPullRequests(target: string, signal?: AbortSignal): Promise<readonly PullRequest[]> {
    return this.#open({ target }, signal)
  }

  async pullRequest(number: number, signal?: AbortSignal): Promise<PullRequest | undefined> {
    const found = await this.#api.pullRequest(number, signal)
    // Forges say "not found", too, of a repository that the credentials may not see.
    if (!found) await this.#api.checkRepository(signal)
    return found
  }

  putComment(number: number, { marker, body }: ForgeComment, signal?: AbortSignal): Promise<Put> {
    const place = { api: this.#api, number, marker, signal }
    return this.#puts.run(`comment ${number} ${marker}`, () => putComment(place, body, this.#comments))
  }

  async comment(number: number, marker: string, signal?: AbortSignal): Promise<string | undefined> {
    const [own] = await ownComments({ api: this.#api, number, marker, signal })
    return own?.body
  }

  putStatus(commit: string, status: CommitStatus, signal?: AbortSignal): Promise<Put> {
    const put = () => putStatus(this.#api, commit, status, this.#statuses, signal)
    return this.#puts.run(`status ${commit} ${status.context}`, put)
  }

  putAnnotations(commit: string, annotations: readonly Annotation[], signal?: AbortSignal): Promise<Put> {
    const put = () => this.#api.putAnnotations(commit, annotations, signal)
    return this.#puts.run(`annotations ${commit}`, put)
  }

  async latest(
    { branch, target }: Pick<NewPullRequest, 'branch' | 'target'>,
    signal?: AbortSignal,
  ): Promise<PullRequest | undefined> {
    const size = Math.min(LATEST, await this.#api.pageSize(signal))
    const { items } = await this.#api.pullRequests({ target, branch, isAny: true }, { page: 1, size }, signal)
    return items
      .filter((pull) => pull.branch === branch && pull.target === target && !pull.isFork)
      .sort((one, other) => other.number - one.number)[0]
  }

  open(request: NewPullRequest, signal?: AbortSignal): Promise<PullRequest> {
    return this.#puts.run(`open ${request.branch} ${request.target}`, () => this.#openNew(request, signal))
  }

  filePage(branch: string, file: string): string {
    return filePage(this.#api.location, branch, file)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection[Symbol.asyncDispose]()
  }

  async #openNew(request: NewPullRequest, signal?: AbortSignal): Promise<PullRequest> {
    const { branch, target } = request
    const find = async () => {
      const all = await this.#open({ target, branch }, signal)
      return all.find((pull) => pull.branch === branch && !pull.isFork)
    }
    const opened = (await find()) ?? (await this.#api.createPullRequest(request, signal)) ?? (await find())
    if (opened) return opened
    throw forgeFault('forge-rejected', `a pull request of ${branch} is there already, but not open`)
  }

  async #open(filter: PullFilter, signal?: AbortSignal): Promise<readonly PullRequest[]> {
    const size = await this.#api.pageSize(signal)
    const all = await readPages('pull requests', size, (page) => this.#api.pullRequests(filter, page, signal))
    const fitting = all.filter(({ target, state }) => target === filter.target && state === 'open')
    const byNumber = new Map(fitting.map((pull) => [pull.number, pull]))
    return [...byNumber.values()].sort((one, other) => one.number - other.number)
  }
}
