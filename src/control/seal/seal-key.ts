import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { isForbidden } from '../../adapters/cluster/api-error.ts'
import { leaseName } from '../../model/lease-name.ts'
import type { Secret } from '../../model/secret.ts'
import { INSTALLED_IN, OUTSIDE } from '../../model/tenancy.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { Sealer } from '../../stages/plan/sealer.ts'
import { faultFields, type Log } from '../../support/telemetry/log.ts'
import { createSealSecret, readSealSecret } from './seal-secret.ts'

export interface SealKeyOptions {
  readonly view: ClusterView
  /** Name of the Repository. */
  readonly repository: string
  /** Whether to create a key if there is none. */
  readonly mayCreate: boolean
  readonly log: Log
}

/**
 * The key that seals the marks of objects, in a Secret in Reeve's own namespace. If Reeve may not read it,
 * there is none: everything works without it, except proofs that only a seal can give.
 */
export class SealKey {
  readonly #options: SealKeyOptions
  readonly #onLoaded = new Set<() => void>()
  #sealer: Sealer | undefined
  #loading: Promise<void> | undefined
  #hasWarned = false

  constructor(options: SealKeyOptions) {
    this.#options = options
  }

  /** Calls the listener when the key is loaded: it may prove objects that could not be proven without it. */
  onLoaded(listener: () => void): void {
    this.#onLoaded.add(listener)
  }

  get sealer(): Sealer | undefined {
    return this.#sealer
  }

  /** Reads or creates the key, unless it is known. Logs only the first failure. */
  load(): Promise<void> {
    if (this.#sealer !== undefined) return Promise.resolve()
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #load(): Promise<void> {
    try {
      const key = await this.#find()
      if (key === undefined) return
      this.#sealer = new Sealer(key)
      for (const listener of this.#onLoaded) listener()
    } catch (error) {
      this.#warn(error)
    }
  }

  async #find(): Promise<Secret | undefined> {
    const { view, repository, mayCreate } = this.#options
    const name = sealName(repository)
    const { podNamespace } = view.cluster
    // A Reeve elsewhere looks in the namespace of manifests/ first, so that all share one key.
    if (podNamespace === undefined) {
      const installed = await readSealSecret(view.client, name, INSTALLED_IN).catch(unlessForbidden)
      if (installed !== undefined) return installed
    }
    const namespace = podNamespace ?? OUTSIDE
    const known = await readSealSecret(view.client, name, namespace)
    if (known !== undefined || !mayCreate) return known
    return createSealSecret(view.client, name, namespace)
  }

  #warn(error: unknown): void {
    if (this.#hasWarned || !this.#options.mayCreate) return
    this.#hasWarned = true
    const fields = faultFields(anyFault(error))
    this.#options.log.warn(fields, 'no seal key: Reeve proves that it made an object by rendering alone')
  }
}

function unlessForbidden(error: unknown): undefined {
  if (!isForbidden(error)) throw error
}

/** Name of the Secret with a Repository's key: no two Repositories share one. */
/** Name of the Secret with a Repository's key. */
export function sealName(repository: string): string {
  return `${leaseName(repository)}-seal`
}
