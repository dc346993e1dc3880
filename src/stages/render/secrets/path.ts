import type { JsonObject, JsonValue } from '../../../model/json.ts'
import { pointerOf } from '../../../model/json-pointer.ts'
import { type Step, stepOf } from '../../../model/sensitive.ts'

/** The way to a value while an object is walked: it costs nothing where it is not asked for. */
export class Path {
  readonly #tokens: (string | number)[] = []
  /** The element that a token leads to; undefined for a field. */
  readonly #elements: (JsonValue | undefined)[] = []

  eachField(value: JsonObject, visit: (child: JsonValue, key: string) => void): void {
    for (const key in value) {
      this.#enter(key)
      visit(value[key] ?? null, key)
      this.#leave()
    }
  }

  eachElement(value: readonly JsonValue[], visit: (item: JsonValue, index: number) => void): void {
    for (let index = 0; index < value.length; index++) {
      const item = value[index] ?? null
      this.#enter(index, item)
      visit(item, index)
      this.#leave()
    }
  }

  steps(): readonly Step[] {
    return this.#tokens.map((token, depth) => {
      const element = this.#elements[depth]
      return element === undefined ? String(token) : stepOf(element)
    })
  }

  /** JSON pointer. */
  pointer(): string {
    return pointerOf(this.#tokens.map(String))
  }

  #enter(token: string | number, element?: JsonValue): void {
    this.#tokens.push(token)
    this.#elements.push(element)
  }

  #leave(): void {
    this.#tokens.pop()
    this.#elements.pop()
  }
}
