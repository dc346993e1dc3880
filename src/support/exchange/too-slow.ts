/** Another machine was not waited for any longer. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow'
  /** What was passed: the longest silence, the whole time, or the least rate. */
  readonly bound: 'silence' | 'total' | 'rate'

  constructor(bound: TooSlow['bound'], message: string) {
    super(message)
    this.bound = bound
  }
}
