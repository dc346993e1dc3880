import type { Decision } from '../../../../src/stages/rollout/decide.ts'
import type { RolloutView } from '../../../../src/stages/rollout/rollout-view.ts'
import type { SimulatedCluster } from './cluster.ts'
import { Proofs } from './proofs.ts'
import type { Records } from './record-store.ts'
import type { Truth } from './step.ts'
import { WindowsTruth } from './windows-truth.ts'

/** What the simulation knows without the decision. */
export class Truths {
  readonly #cluster: SimulatedCluster
  readonly #proofs: Proofs
  readonly #windows = new WindowsTruth()
  /** By group and digest, the head at the time of the rejection. */
  readonly #rejected = new Map<string, string>()

  constructor(cluster: SimulatedCluster) {
    this.#cluster = cluster
    this.#proofs = new Proofs(cluster)
  }

  /** To be called with each view before what follows from it. */
  observe(view: RolloutView, records: Records): void {
    this.#cluster.look()
    this.#proofs.observe(view, (name) => records.get(name)?.at)
  }

  of(view: RolloutView, { groups }: Decision, line: Truth['line']): Truth {
    this.#proofs.observe(view, (name) => groups.get(name)?.record.at)
    for (const [name, { record }] of groups)
      for (const { digest, head } of record.rejected) this.#rejected.set(`${name} ${digest}`, head)
    return {
      line,
      isDisrupted: (member) => this.#cluster.disrupted.has(member),
      provenFor: (group, digest) => this.#proofs.provenFor(group, digest, view.now),
      rejectedAt: (group, digest) => this.#rejected.get(`${group} ${digest}`),
      isWindowOpen: (group) => this.#windows.isOpen(view.groups.get(group)?.rollout.windows ?? [], view.now),
    }
  }

  /** All records are lost: only what the marks tell is left. */
  forget(): void {
    this.#rejected.clear()
    this.#proofs.forget()
    this.#cluster.disrupted.clear()
  }
}
