/** Keeps what was used last, up to a number of bytes. */
export class ByteCache<Key, Value> {
  readonly #entries = new Map<Key, { readonly value: Value; readonly size: number }>()
  readonly #limit: number
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  set(key: Key, value: Value, size: number): void {
    if (size > this.#limit || this.#entries.has(key)) return
    this.#entries.set(key, { value, size })
    this.#size += size
    for (const [oldest, entry] of this.#entries) {
      if (this.#size <= this.#limit) break
      this.#entries.delete(oldest)
      this.#size -= entry.size
    }
  }

  clear(): void {
    this.#entries.clear()
    this.#size = 0
  }
}
