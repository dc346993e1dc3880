import type { ResolvedObject } from '../model/installation.ts'
import { INSTALLATION_LABEL } from '../model/labels.ts'
import { idOf, type KubernetesObject, type LiveObject, type ObjectId } from '../model/object.ts'
import type { Kinds } from '../model/schema.ts'
import { appliedOf } from '../plan/applied.ts'
import { resolve } from '../plan/resolve.ts'
import type { Declared } from './declared.ts'
import type { History } from './history.ts'

export interface BasesOptions {
  readonly history: History
  readonly kinds: () => Kinds
  readonly namespace: string
}

/** Finds what Git declared when Reeve last applied an object: the base of its merge. */
export class Bases {
  readonly #options: BasesOptions
  /** What this process last planned of each object; saves rendering the commit before again. */
  readonly #planned = new Map<ObjectId, ResolvedObject>()

  constructor(options: BasesOptions) {
    this.#options = options
  }

  /** Whether this process has planned the object as it is declared now. */
  hasPlanned({ key, digest }: ResolvedObject): boolean {
    return this.#planned.get(idOf(key))?.digest === digest
  }

  note(object: ResolvedObject): void {
    this.#planned.set(idOf(object.key), object)
  }

  /** Forgets objects that nobody declares any more. */
  keep({ claims }: Declared): void {
    for (const id of this.#planned.keys()) if (!claims.has(id)) this.#planned.delete(id)
  }

  /** Undefined where nothing was applied before, or where its commit can't be had. */
  async baseOf({ key, digest }: ResolvedObject, live: LiveObject): Promise<KubernetesObject | undefined> {
    const applied = appliedOf(live)
    if (applied === undefined || applied.digest === digest) return undefined
    const planned = this.#planned.get(idOf(key))
    if (planned?.digest === applied.digest) return planned.object
    const installation = live.metadata.labels?.[INSTALLATION_LABEL] ?? ''
    const then = await this.#options.history.installationAt(applied.commit, installation)
    if (then === undefined) return undefined
    const { kinds, namespace } = this.#options
    const { objects } = resolve(then, kinds(), { namespace })
    return objects.find((object) => object.digest === applied.digest && idOf(object.key) === idOf(key))
      ?.object
  }
}
