const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** A password or token: `[secret]` when printed, logged or serialized; `reveal()` returns it. */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toString(): string {
    return '[secret]'
  }
  toJSON(): string {
    return '[secret]'
  }
  [INSPECT](): string {
    return '[secret]'
  }
}
