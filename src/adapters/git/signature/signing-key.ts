/** A private key that cannot sign; the message continues its file's name. */
export class BadSigningKey extends Error {
  constructor(details: string, options?: ErrorOptions) {
    super(details, options)
    this.name = 'BadSigningKey'
  }
}
