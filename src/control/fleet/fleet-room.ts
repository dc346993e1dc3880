import { type Fault, fault } from '../../model/fault.ts'
import type { Installation, Origin } from '../../model/installation.ts'
import { Serial } from '../../support/concurrency/serial.ts'

/** Maximum total size of the large installations, in characters. */
const LARGEST = 512 * 1024 ** 2

/**
 * Bounds the total size of a fleet's large renderings: hundreds that are each within their bounds would
 * exhaust the memory. Those already present count first.
 */
export class FleetRoom {
  readonly #inTurn = new Serial()
  #used: number

  constructor(present: Iterable<Installation>) {
    this.#used = [...present].reduce((sum, { size = 0 }) => sum + size, 0)
  }

  /**
   * Returns the rendered installation or, if there is no room, one with a fault in place of its objects.
   * @param isImmediate whether it renders in this process: such renderings run one after the other, so that
   * one without room is freed before the next
   * @param before the installation that it replaces
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
  const details = `the large installations together take up more than ${LARGEST / 1024 ** 2} MiB`
  const location = origin && { file: origin.file, line: origin.line }
  return fault('too-large-rendering', details, { location })
}
