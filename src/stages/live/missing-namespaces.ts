import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { idOf, isBeingDeleted, type LiveObject, type ObjectId } from '../../model/object.ts'
import { NAMESPACES } from '../../model/well-known-resources.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'

/** Between questions about a namespace that was not there. */
const PACE = { firstMs: 1_000, longestMs: 60_000 }

interface Answer {
  readonly isMissing: Promise<boolean>
  /** How often in a row it was missing. */
  readonly times: number
  /** The answer holds until then, in ms since the epoch. */
  readonly until: number
}

export interface MissingNamespacesOptions {
  readonly client: Pick<ClusterClient, 'get'>
  /** What the cache holds; it knows the Repository's own namespaces only. */
  readonly live: (id: ObjectId) => LiveObject | undefined
}

/**
 * Knows which namespaces are not there, or are going. Where the cache cannot tell, the server is asked:
 * once for all objects of a namespace, and less and less often.
 */
export class MissingNamespaces {
  readonly #options: MissingNamespacesOptions
  readonly #answers = new Map<string, Answer>()

  constructor(options: MissingNamespacesOptions) {
    this.#options = options
  }

  /** @param isDeclared Git declares it: where the cache lacks it, it is missing or another client's */
  isMissing(name: string, isDeclared: boolean): boolean | Promise<boolean> {
    const live = this.#options.live(namespaceId(name))
    if (live !== undefined) return isBeingDeleted(live)
    const known = this.#answers.get(name)
    if (known === undefined && !isDeclared) return false
    if (known !== undefined && Date.now() < known.until) return known.isMissing
    return this.#ask(name, known?.times ?? 0)
  }

  /** The server refused a create for want of the namespace. @returns whether the cache knows better by now */
  noteMissing(name: string): boolean {
    const known = this.#answers.get(name)
    if (known === undefined || known.times === 0) this.#note(name, Promise.resolve(true), 1)
    const live = this.#options.live(namespaceId(name))
    return live !== undefined && !isBeingDeleted(live)
  }

  /** It is there. */
  noteThere(name: string): void {
    this.#answers.delete(name)
  }

  #ask(name: string, times: number): Promise<boolean> {
    const key = { group: '', kind: 'Namespace', namespace: '', name }
    const asked = this.#options.client.get(NAMESPACES, key, { deadline: 0 }).then(
      (live) => live === undefined || isBeingDeleted(live),
      () => false, // the create itself will tell
    )
    const isMissing = asked.then((isAbsent) => isAbsent && this.#isStillMissing(name))
    this.#note(name, isMissing, times + 1)
    void isMissing.then((isAbsent) => {
      if (!isAbsent) this.#note(name, isMissing, 0)
    })
    return isMissing
  }

  /** The cache may have got it meanwhile. */
  #isStillMissing(name: string): boolean {
    const live = this.#options.live(namespaceId(name))
    return live === undefined || isBeingDeleted(live)
  }

  #note(name: string, isMissing: Promise<boolean>, times: number): void {
    this.#answers.set(name, { isMissing, times, until: Date.now() + retryDelay(Math.max(1, times), PACE) })
  }
}

export function namespaceId(name: string): ObjectId {
  return idOf({ group: '', kind: 'Namespace', namespace: '', name })
}
