/** An exchange with another machine exceeded a bound. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow'
  /** The exceeded bound: the longest silence, the total time, or the minimum rate. */
  readonly bound: 'silence' | 'total' | 'rate'

  constructor(bound: TooSlow['bound'], message: string) {
    super(message)
    this.bound = bound
  }
}
