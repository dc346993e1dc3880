/** Something in the local copy is not what Git wrote: it is cured by starting over. */
export class DamagedStore extends Error {
  override name = 'DamagedStore'
}

/** An object is not in the local copy; whether it should be, only its commit can tell. */
export class MissingObject extends Error {
  override name = 'MissingObject'
  readonly oid: string
  constructor(oid: string) {
    super(`object ${oid} is not in the local copy`)
    this.oid = oid
  }
}
