import type { ControlPlaneAccess } from '../../../src/sandbox/control-plane-access.ts'
import { type LendOptions, PooledControlPlane } from './pooled-control-plane.ts'

/** A control plane that one borrower has to itself. */
export interface Loan {
  readonly access: ControlPlaneAccess
  /**
   * Takes it back: with `reuse` it is reset and lent again, else it is stopped, as who knows what still
   * goes on there. Only the first call counts.
   */
  end(options: { readonly reuse: boolean }): Promise<void>
}

/** Control planes that are lent and taken back; as many are started as are in use at a time. */
export class ControlPlanePool implements AsyncDisposable {
  readonly #free: PooledControlPlane[] = []
  readonly #resets = new Set<Promise<void>>()

  async lend(options: LendOptions): Promise<Loan> {
    const controlPlane = await this.#take()
    const access = await controlPlane.lend(options)
    let ended: Promise<void> | undefined
    return {
      access,
      end: ({ reuse }) => {
        ended ??= reuse ? this.#reset(controlPlane) : controlPlane.stop()
        return ended
      },
    }
  }

  /** Stops what is not lent. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#resets)
    await Promise.all(this.#free.splice(0).map((controlPlane) => controlPlane.stop()))
  }

  async #take(): Promise<PooledControlPlane> {
    for (;;) {
      const free = this.#free.pop()
      if (free) return free
      if (this.#resets.size === 0) return PooledControlPlane.start()
      await Promise.race(this.#resets) // takes less than to start another
    }
  }

  async #reset(controlPlane: PooledControlPlane): Promise<void> {
    const reset = controlPlane.reset().then(async (succeeded) => {
      if (succeeded) this.#free.push(controlPlane)
      else await controlPlane.stop()
    })
    this.#resets.add(reset)
    await reset.finally(() => this.#resets.delete(reset))
  }
}
