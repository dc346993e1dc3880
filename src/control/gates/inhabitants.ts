import type { LiveObject } from '../../model/object.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { findInNamespace } from '../../stages/live/find-in-namespace.ts'
import { isOfOthers } from '../../stages/plan/ownership/is-of-others.ts'

/** Time for which an answer counts, in ms: plans are made several times while an installation goes. */
const KNOWN_FOR_MS = 20_000

interface Answer {
  readonly objects: Promise<readonly LiveObject[]>
  readonly until: number
}

/** What others have in namespaces. Nobody watches it: the API server is asked before a namespace goes. */
export class Inhabitants {
  readonly #view: Pick<ClusterView, 'client' | 'kinds'>
  readonly #repository: string
  readonly #known = new Map<string, Answer>()

  constructor(view: Pick<ClusterView, 'client' | 'kinds'>, repository: string) {
    this.#view = view
    this.#repository = repository
  }

  /**
   * Objects in a namespace that others put there, as far as Reeve may read them.
   * @throws ConnectionError; ApiError of code 401
   */
  in(namespace: string): Promise<readonly LiveObject[]> {
    const now = Date.now()
    for (const [name, { until }] of this.#known) if (until <= now) this.#known.delete(name)
    const known = this.#known.get(namespace)
    if (known) return known.objects
    const objects = this.#ask(namespace)
    this.#known.set(namespace, { objects, until: now + KNOWN_FOR_MS })
    objects.catch(() => this.#known.delete(namespace)) // the caller gets the error, the next one asks anew
    return objects
  }

  async #ask(namespace: string): Promise<readonly LiveObject[]> {
    const { client, kinds } = this.#view
    const all = await findInNamespace(client, kinds, namespace)
    return all.filter((live) => isOfOthers(live, this.#repository))
  }
}
