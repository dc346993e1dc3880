import { mkdtemp, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type OwnControlPlane, startControlPlane } from '../../../src/sandbox/control-plane.ts'
import type { ControlPlaneAccess } from '../../../src/sandbox/control-plane-access.ts'
import { apiGet, DISCOVERY } from '../api-get.ts'
import { EtcdClient } from '../etcd-client.ts'
import { until } from '../until.ts'
import { compareWith, type EtcdState, isEmpty, readState, undo } from './etcd-state.ts'

const SETTLED_MS = 250
const RESET_WITHIN_MS = 15_000

export interface LendOptions {
  /** With kube-controller-manager, which is then started anew. */
  readonly controllers?: boolean | undefined
}

/** A control plane that several test files have, one after the other, each as if it were new. */
export class PooledControlPlane {
  readonly #controlPlane: OwnControlPlane
  readonly #etcd: EtcdClient
  /** As it was before the first hand-out. */
  #state: EtcdState
  readonly #served: string
  #directory: string | undefined

  private constructor(controlPlane: OwnControlPlane, etcd: EtcdClient, state: EtcdState, served: string) {
    this.#controlPlane = controlPlane
    this.#etcd = etcd
    this.#state = state
    this.#served = served
  }

  static async start(): Promise<PooledControlPlane> {
    const controlPlane = await startControlPlane({ auditLog: true })
    const etcd = new EtcdClient(controlPlane.etcdSocket)
    return new PooledControlPlane(controlPlane, etcd, await settled(etcd), await servedBy(controlPlane))
  }

  /** With a directory of its own, so that nothing is left of what kubectl and others keep in files. */
  async lend({ controllers = false }: LendOptions): Promise<ControlPlaneAccess> {
    const { access } = this.#controlPlane
    this.#directory = await mkdtemp(join(access.directory, 'lent-'))
    if (controllers) await this.#controlPlane.startControllers()
    return { ...access, directory: this.#directory, since: new Date() }
  }

  /**
   * Brings everything back to how it was before the first hand-out: first what etcd holds, then what the
   * API server serves of it. Resolves with false where that does not succeed.
   */
  async reset(): Promise<boolean> {
    await this.#controlPlane.killControllers()
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true })
    const { auditLog } = this.#controlPlane.access
    if (auditLog !== undefined) await truncate(auditLog) // which the API server appends to
    return until('all to be as it was', () => this.#resetOnce(), RESET_WITHIN_MS).then(
      () => true,
      () => false,
    )
  }

  /** Says whether there was nothing left to do. */
  async #resetOnce(): Promise<boolean> {
    const difference = await compareWith(this.#state, this.#etcd)
    if (isEmpty(difference)) return (await servedBy(this.#controlPlane)) === this.#served
    this.#state = await undo(difference, this.#state, this.#etcd)
    return false
  }

  async stop(): Promise<void> {
    this.#etcd[Symbol.dispose]()
    await this.#controlPlane.stop()
  }
}

/** A new API server goes on writing for a moment after it says that it is ready. */
async function settled(etcd: EtcdClient): Promise<EtcdState> {
  for (let state = await readState(etcd); ; ) {
    await sleep(SETTLED_MS)
    const difference = await compareWith(state, etcd)
    if (isEmpty(difference) && state.has('/registry/services/specs/default/kubernetes')) return state
    state = await readState(etcd)
  }
}

/** All kinds and their schemas, as a text to compare. */
async function servedBy(controlPlane: OwnControlPlane): Promise<string> {
  const answers = await Promise.all([
    apiGet(controlPlane, '/api', DISCOVERY),
    apiGet(controlPlane, '/apis', DISCOVERY),
    apiGet(controlPlane, '/openapi/v3'),
  ])
  return answers.map(({ body }) => body).join('\n')
}
