import type { Budgets } from '../../model/budgets.ts'
import { type Fault, fault, type Location } from '../../model/fault.ts'
import type { Installation, Origin } from '../../model/installation.ts'
import { Serial } from '../../support/concurrency/serial.ts'
import { roomFor, roomLeft } from './reserved-room.ts'

type RoomBudgets = Pick<Budgets, 'rendered' | 'expanded'>

/**
 * Bounds the total size of a fleet's large renderings: hundreds that are each within their bounds would
 * exhaust the memory. Those already present count first.
 */
export class FleetRoom {
  readonly #inTurn = new Serial()
  readonly #largest: number
  readonly #expanded: number
  #used: number

  constructor(present: Iterable<Installation>, { rendered, expanded }: RoomBudgets) {
    this.#largest = rendered
    this.#expanded = expanded
    this.#used = [...present].reduce((sum, { size = 0 }) => sum + size, 0)
  }

  /**
   * Returns the rendered installation or, if there is no room, one with a fault in place of its objects.
   * @param render renders within a size, in bytes
   * @param isImmediate whether it renders in this process: such renderings run one after the other, so that
   * one without room is given up before it takes it
   * @param before the installation that it replaces
   */
  admit(
    render: (largest: number) => Promise<Installation>,
    isImmediate: boolean,
    before: Installation | undefined,
  ): Promise<Installation> {
    const admitted = async () => {
      this.#used -= before?.size ?? 0
      const largest = isImmediate ? roomLeft(this.#used, this.#largest) : this.#largest
      return this.#admitted(await render(largest), largest)
    }
    return isImmediate ? this.#inTurn.run(admitted) : admitted()
  }

  #admitted(installation: Installation, largest: number): Installation {
    const { size = 0, faults, objects } = installation
    const isFull = faults.some(({ code }) => code === 'too-large-rendering') && largest < this.#expanded
    if (size === 0 && !isFull) return installation
    if (!isFull && this.#used + size <= roomFor(size, this.#largest)) {
      this.#used += size
      return installation
    }
    const { size: _, ...rest } = installation
    const others = faults.filter(({ code }) => code !== 'too-large-rendering')
    return {
      ...rest,
      objects: [],
      faults: others.length > 0 ? others : [this.#tooLarge(faults[0]?.location ?? objects[0]?.origin)],
    }
  }

  #tooLarge(place: Location | Origin | undefined): Fault {
    const mebibytes = Math.floor(this.#largest / 1024 ** 2)
    const details = `all installations together take up more than their ${mebibytes} MiB`
    const location = place && { file: place.file, line: place.line }
    return fault('too-large-rendering', details, { location })
  }
}
