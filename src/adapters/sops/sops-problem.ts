/** Why a file cannot be decrypted, as a sentence for people. It names keys and recipients, never values. */
export class SopsProblem extends Error {
  override name = 'SopsProblem'
}

/** A name from a file, for a sentence: cut to `length` characters, and without control characters. */
export function presentable(name: string, length: number): string {
  const short = name.length > length ? `${name.slice(0, length)}…` : name
  return short.toWellFormed().replaceAll(/[\p{C}\s]+/gu, ' ')
}
