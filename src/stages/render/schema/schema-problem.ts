/** A schema that cannot be evaluated. */
export class SchemaProblem extends Error {
  /** JSON pointer (RFC 6901) of the faulty part of the schema. */
  readonly pointer: string

  constructor(message: string, pointer: string) {
    super(message)
    this.name = 'SchemaProblem'
    this.pointer = pointer
  }
}
