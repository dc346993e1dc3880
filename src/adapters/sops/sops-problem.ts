/** Why a file cannot be decrypted, as a sentence for people. It names keys and recipients, never values. */
export class SopsProblem extends Error {
  override name = 'SopsProblem'
}
