import type { Installation, ResolvedObject } from '../../model/installation.ts'
import {
  idOf,
  type KubernetesObject,
  type LiveObject,
  type ObjectId,
  type ObjectKey,
} from '../../model/object.ts'
import type { Kinds } from '../../model/schema.ts'
import { LIVE_UNKNOWN, type Sensitive } from '../../model/sensitive.ts'
import { type Applied, appliedOf, markOf } from '../../stages/plan/applied.ts'
import { resolve } from '../../stages/plan/resolve.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { History } from '../fleet/history.ts'
import type { Proofs } from '../gates/proofs.ts'

export interface BasesOptions {
  /** Name of the Repository. */
  readonly repository: string
  readonly history: History
  /** Tells which installation an object was applied for. */
  readonly proofs: Pick<Proofs, 'makerOf'>
  readonly kinds: () => Kinds
  readonly namespace: string
}

/** Earlier declaration of an object in Git. */
export interface Base {
  /** Undefined if unavailable. */
  readonly object: KubernetesObject | undefined
  readonly sleep?: readonly string[]
  readonly sensitive?: Sensitive
}

/** If the earlier declaration is unknown, any of what it made may be secret. */
const UNKNOWN: Base = { object: undefined, sensitive: LIVE_UNKNOWN }

/** It was made of no secrets. */
const PLAIN: Base = { object: undefined }

/** Finds what Git declared when Reeve last applied an object: the base of its merge. */
export class Bases {
  readonly #options: BasesOptions
  /** Objects as this process last planned them; saves rendering the previous commit again. */
  readonly #planned = new Map<ObjectId, ResolvedObject>()

  constructor(options: BasesOptions) {
    this.#options = options
  }

  note(object: ResolvedObject): void {
    this.#planned.set(idOf(object.key), object)
  }

  /** Drops undeclared objects. */
  keep({ claims }: DesiredState): void {
    for (const id of this.#planned.keys()) if (!claims.has(id)) this.#planned.delete(id)
  }

  /**
   * Undefined if the base is what Git declares now, or if nothing was applied before.
   * @param declarer id of the installation that declares the object now
   */
  async baseOf(resolved: ResolvedObject, live: LiveObject, declarer: string): Promise<Base | undefined> {
    const { key, digest } = resolved
    const applied = markOf(live, this.#options.repository)
    if (applied === undefined) return appliedOf(live) && UNKNOWN // by another Repository
    if (applied.digest === digest) return undefined
    const planned = this.#planned.get(idOf(key))
    if (planned?.digest === applied.digest) return planned
    const { history, proofs } = this.#options
    const maker = proofs.makerOf(live, declarer)
    const then = await history.baseAt(applied.revision, maker)
    if (then === undefined) return UNKNOWN
    const same = this.#declaredIn(then, key)
    const found =
      same.find((object) => object.digest === applied.digest) ??
      (same.length > 0 ? await this.#asleep(applied, maker, key) : undefined)
    return found ?? (same.length > 0 && isPlain(then) ? PLAIN : UNKNOWN)
  }

  /** As it was applied while its installation slept that Git did not declare any more. */
  async #asleep(
    { revision, digest }: Applied,
    maker: string,
    key: ObjectKey,
  ): Promise<ResolvedObject | undefined> {
    const then = await this.#options.history.asleepBaseAt(revision, maker)
    return then && this.#declaredIn(then, key).find((object) => object.digest === digest)
  }

  #declaredIn(installation: Installation, key: ObjectKey): readonly ResolvedObject[] {
    const { kinds, namespace } = this.#options
    const { objects } = resolve(installation, kinds(), { namespace })
    return objects.filter((object) => idOf(object.key) === idOf(key))
  }
}

/** Whether an installation holds no secrets, whatever the cluster held when it was rendered. */
function isPlain({ secrets, looksUp, faults }: Installation): boolean {
  return secrets === undefined && !looksUp && faults.length === 0
}
