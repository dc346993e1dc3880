import type { ClusterClient } from '../../adapters/cluster/client.ts'
import { idOf, isBeingDeleted, type LiveObject, type ObjectId } from '../../model/object.ts'
import { NAMESPACES } from '../../model/well-known-resources.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'

/** Delay between requests for a missing namespace. */
const PACE = { firstMs: 1_000, longestMs: 60_000 }

interface Answer {
  readonly isMissing: Promise<boolean>
  /** Number of consecutive answers that it was missing. */
  readonly times: number
  /** When the answer expires, in ms since the epoch. */
  readonly until: number
}

export interface MissingNamespacesOptions {
  readonly client: Pick<ClusterClient, 'get'>
  /** Reads the cache; it knows only the Repository's own namespaces. */
  readonly live: (id: ObjectId) => LiveObject | undefined
}

/**
 * Tells which namespaces are missing or being deleted. Where the cache cannot tell, it asks the server: once
 * for all objects of a namespace, and with growing delays.
 */
export class MissingNamespaces {
  readonly #options: MissingNamespacesOptions
  readonly #answers = new Map<string, Answer>()

  constructor(options: MissingNamespacesOptions) {
    this.#options = options
  }

  /** @param isDeclared Git declares it: if the cache lacks it, it is missing or belongs to another client */
  isMissing(name: string, isDeclared: boolean): boolean | Promise<boolean> {
    const live = this.#options.live(namespaceId(name))
    if (live !== undefined) return isBeingDeleted(live)
    const known = this.#answers.get(name)
    if (known === undefined && !isDeclared) return false
    if (known !== undefined && Date.now() < known.until) return known.isMissing
    return this.#ask(name, known?.times ?? 0)
  }

  /**
   * Notes that the server refused a create because the namespace is missing.
   * @returns whether the cache has the namespace by now
   */
  noteMissing(name: string): boolean {
    const known = this.#answers.get(name)
    if (known === undefined || known.times === 0) this.#note(name, Promise.resolve(true), 1)
    const live = this.#options.live(namespaceId(name))
    return live !== undefined && !isBeingDeleted(live)
  }

  /** Forgets a namespace that exists. */
  noteThere(name: string): void {
    this.#answers.delete(name)
  }

  #ask(name: string, times: number): Promise<boolean> {
    const key = { group: '', kind: 'Namespace', namespace: '', name }
    const asked = this.#options.client.get(NAMESPACES, key, { deadline: 0 }).then(
      (live) => live === undefined || isBeingDeleted(live),
      () => false, // the create itself reports the error
    )
    const isMissing = asked.then((isAbsent) => isAbsent && this.#isStillMissing(name))
    this.#note(name, isMissing, times + 1)
    void isMissing.then((isAbsent) => {
      if (!isAbsent) this.#note(name, isMissing, 0)
    })
    return isMissing
  }

  /** The cache may have received it meanwhile. */
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
