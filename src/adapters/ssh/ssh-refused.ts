/** The server accepts none of the keys. */
export class SshRefused extends Error {
  override readonly name = 'SshRefused'
}
