import { readFile } from 'node:fs/promises'

export interface SecretFileOptions {
  /** Makes the error to throw, of a problem in words. */
  readonly unusable: (problem: string, cause?: unknown) => Error
  readonly mayBeEmpty?: boolean
}

/** The content of a file, without the line end after it. */
export async function readSecretFile(
  file: string,
  { unusable, mayBeEmpty = false }: SecretFileOptions,
): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw unusable(`${file} cannot be read (${cause.code})`, cause)
  })
  const secret = text.replace(/[\r\n]+$/, '')
  if (secret === '' && !mayBeEmpty) throw unusable(`${file} is empty`)
  return secret
}
