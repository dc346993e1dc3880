import { createHash } from 'node:crypto'

/** Numbers that look random and are the same for the same seed, on every machine. */
export class Random {
  readonly #seed: string
  #drawn = 0

  constructor(seed: string) {
    this.#seed = seed
  }

  /** From 0 up to, not including, 1. */
  next(): number {
    const digest = createHash('sha256')
      .update(`${this.#seed} ${this.#drawn++}`)
      .digest()
    return digest.readUInt32BE() / 2 ** 32
  }

  /** An integer from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** One of the items. @throws RangeError where there is none */
  pick<T>(items: readonly T[]): T {
    const item = items[this.between(0, items.length - 1)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  /** The items in any order. */
  shuffle<T>(items: readonly T[]): readonly T[] {
    const weighted = items.map((item) => ({ item, weight: this.next() }))
    return weighted.sort((a, b) => a.weight - b.weight).map(({ item }) => item)
  }

  /** Another row of numbers, for a purpose of its own: what it draws changes nothing here. */
  fork(purpose: string): Random {
    return new Random(`${this.#seed}/${purpose}`)
  }
}
