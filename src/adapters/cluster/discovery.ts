import type { Kinds } from '../../model/schema.ts'
import { aggregatedResources } from './aggregated-discovery.ts'
import { hasCode } from './api-error.ts'
import type { ClusterClient, RawAnswer } from './client.ts'
import type { Discovered } from './discovered.ts'
import { kindsOf } from './kinds.ts'
import { plainDiscovery } from './plain-discovery.ts'

const AGGREGATED = ['v2', 'v2beta1'].map(
  (version) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
)
const ACCEPT = [...AGGREGATED, 'application/json'].join(',')

/**
 * Discovers the kinds that an API server serves: two requests if it aggregates discovery (Kubernetes 1.26 and
 * later), otherwise one per group version. Keeps the answers' etags, so that a refresh without changes costs
 * little.
 */
export class Discovery {
  readonly #client: ClusterClient
  #answers: readonly (RawAnswer | undefined)[] = []
  #kinds: Promise<Kinds> | undefined

  constructor(client: ClusterClient) {
    this.#client = client
  }

  /** The kinds found by the last discovery, which is made if there was none. */
  kinds(): Promise<Kinds> {
    return this.#kinds ?? this.refresh()
  }

  /** Discovers the kinds again. After a failure, the next kinds() asks once more. */
  refresh(): Promise<Kinds> {
    const asked = this.#discover()
    this.#kinds = asked
    // the caller gets the error, the next call asks again
    asked.catch(() => {
      if (this.#kinds === asked) this.#kinds = undefined
    })
    return asked
  }

  async #discover(): Promise<Kinds> {
    const answers = await Promise.all(['/api', '/apis'].map((path, index) => this.#ask(path, index)))
    this.#answers = answers
    const discovered = await Promise.all(answers.map((answer) => this.#read(answer)))
    return kindsOf(
      discovered.flatMap(({ resources }) => resources),
      discovered.flatMap(({ unavailable }) => unavailable),
    )
  }

  async #ask(path: string, index: number): Promise<RawAnswer | undefined> {
    const known = this.#answers[index]
    try {
      const answer = await this.#client.raw('GET', path, { accept: ACCEPT, etag: known?.etag })
      return answer.code === 304 ? known : answer
    } catch (error) {
      // An API server may serve no core group at all.
      if (hasCode(error, 404)) return undefined
      throw error
    }
  }

  async #read(answer: RawAnswer | undefined): Promise<Discovered> {
    if (answer === undefined) return { resources: [], unavailable: [] }
    return answer.contentType.includes('APIGroupDiscoveryList')
      ? aggregatedResources(answer.body)
      : plainDiscovery(this.#client, answer.body)
  }
}
