import { composeFleet, type Fleet, type FleetOptions } from '../fleet/fleet.ts'

/** Fleets as they are once all rollouts are through: what these hold back is no part of any change. */
export class FinalFleets {
  readonly #options: () => FleetOptions
  #known: { readonly of: Fleet; readonly fleet: Fleet } | undefined

  constructor(options: () => FleetOptions) {
    this.#options = options
  }

  /** The same fleet where none of it is held back. */
  async of(fleet: Fleet): Promise<Fleet> {
    const { composed } = fleet.compositions
    if (composed.size === 0) this.#known = undefined
    if (composed.size === 0 || this.#known?.fleet === fleet) return fleet
    if (this.#known?.of === fleet) return this.#known.fleet
    const { tree, snapshot } = fleet
    const final = await composeFleet({ tree, snapshot }, this.#options(), this.#previous(fleet))
    this.#known = { of: fleet, fleet: final }
    return final
  }

  /** What was made before: of those that are held back, as they were at the end. */
  #previous(fleet: Fleet): Fleet {
    const made = new Map(fleet.made)
    const installations = new Map(fleet.installations)
    for (const name of fleet.compositions.composed.keys()) {
      const [one, installation] = [
        this.#known?.fleet.made.get(name),
        this.#known?.fleet.installations.get(name),
      ]
      if (one) made.set(name, one)
      if (installation) installations.set(name, installation)
    }
    return { ...fleet, made, installations }
  }
}
