/** The local copy holds something that Git did not write; a fresh clone repairs it. */
export class DamagedStore extends Error {
  override name = 'DamagedStore'
}

/** An object is missing from the local copy; only its commit tells whether it should be there. */
export class MissingObject extends Error {
  override name = 'MissingObject'
  readonly oid: string
  constructor(oid: string) {
    super(`object ${oid} is not in the local copy`)
    this.oid = oid
  }
}
