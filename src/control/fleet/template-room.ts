import { fault } from '../../model/fault.ts'
import { type PreparedTemplate, sizeOfMade } from './renderers.ts'
import { roomFor } from './reserved-room.ts'

/**
 * Bounds what the templates of a commit take together: tens that are each within their bounds would exhaust the
 * memory. Those already present count first.
 */
export class TemplateRoom {
  readonly #largest: number
  readonly #admitted: Set<PreparedTemplate>
  #used: number

  /** @param largest in bytes */
  constructor(present: Iterable<PreparedTemplate>, largest: number) {
    this.#largest = largest
    this.#admitted = new Set(present)
    this.#used = [...this.#admitted].reduce((sum, each) => sum + sizeOfMade(each), 0)
  }

  /** The template, or the failure in its place where there is no room. */
  admit(template: PreparedTemplate): PreparedTemplate {
    if (this.#admitted.has(template)) return template
    const size = sizeOfMade(template)
    if (this.#used + size > roomFor(size, this.#largest)) return this.#tooLarge()
    this.#admitted.add(template)
    this.#used += size
    return template
  }

  #tooLarge(): PreparedTemplate {
    const details = `all templates together may take ${Math.floor(this.#largest / 1024 ** 2)} MiB`
    return { problem: (location) => fault('template-too-large', details, { location }) }
  }
}
