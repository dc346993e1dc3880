import { type Fault, fault } from '../../model/fault.ts'
import type { Installation, Origin } from '../../model/installation.ts'
import { Serial } from '../../support/concurrency/serial.ts'

/** Maximum total size of the installations that are large each, in characters. */
const LARGEST = 512 * 1024 ** 2

/**
 * How much the large installations of a fleet may render to, all together: hundreds that are each within
 * their bounds would take all memory. Those that are there already count first.
 */
export class FleetRoom {
  readonly #inTurn = new Serial()
  #used: number

  constructor(present: Iterable<Installation>) {
    this.#used = [...present].reduce((sum, { size = 0 }) => sum + size, 0)
  }

  /**
   * The installation, or, where there is no room for it, one that says so in place of its objects.
   * @param isImmediate whether it is rendered in this very process: then one after the other, so that what
   * finds no room is gone before the next
   * @param before what it replaces
   */
  admit(
    render: () => Promise<Installation>,
    isImmediate: boolean,
    before: Installation | undefined,
  ): Promise<Installation> {
    const admitted = async () => this.#admitted(await render(), before)
    return isImmediate ? this.#inTurn.run(admitted) : admitted()
  }

  #admitted(installation: Installation, before: Installation | undefined): Installation {
    const { size = 0, faults, objects } = installation
    this.#used -= before?.size ?? 0
    if (size === 0) return installation
    this.#used += size
    if (this.#used <= LARGEST) return installation
    this.#used -= size
    const { size: _, ...rest } = installation
    return { ...rest, objects: [], faults: faults.length > 0 ? faults : [tooLarge(objects[0]?.origin)] }
  }
}

function tooLarge(origin: Origin | undefined): Fault {
  const details = `the large installations together take more than ${LARGEST / 1024 ** 2} MiB`
  const location = origin && { file: origin.file, line: origin.line }
  return fault('too-large-rendering', details, { location })
}
