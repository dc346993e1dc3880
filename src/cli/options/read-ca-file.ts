import { readFile } from 'node:fs/promises'
import { quoted } from '../../model/quoted.ts'
import type { Parsed } from './option.ts'
import { readFilePath } from './read-path.ts'

/** Reads the path of a file of certificates in PEM. */
export async function readCaFile(text: string): Promise<Parsed<string>> {
  const file = await readFilePath(text)
  if ('problem' in file) return file
  const { certificatesIn } = await import('../../support/exchange/trust.ts') // --help stays quick
  const certificates = certificatesIn(await readFile(file.value, 'utf8'))
  return certificates.length > 0 ? file : { problem: `${quoted(text)} has no certificate in PEM` }
}
