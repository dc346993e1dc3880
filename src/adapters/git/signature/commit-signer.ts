import { FaultError, fault } from '../../../model/fault.ts'
import type { SigningRule } from '../../../model/signing.ts'
import { readBoundedFile } from '../../../support/files/read-bounded-file.ts'
import { openPgpSigning } from './openpgp-signing.ts'
import { BadSigningKey } from './signing-key.ts'
import { sshSigning } from './ssh-signing.ts'

const MOST_KEY_BYTES = 1 << 20
const MOST_PASSPHRASE_BYTES = 4096

/** Signs the payload of a commit; gives the armored signature. @throws FaultError signing-key */
export type SignCommit = (payload: Uint8Array) => Promise<string>

/** Signs by a key whose files are read for each signature, as they may be renewed. */
export function commitSigner({ format, keyFile, passphraseFile }: SigningRule): SignCommit {
  const signing = format === 'openpgp' ? openPgpSigning : sshSigning
  return async (payload) => {
    const key = await read(keyFile, MOST_KEY_BYTES)
    const passphrase = passphraseFile && (await read(passphraseFile, MOST_PASSPHRASE_BYTES)).toString()
    try {
      return await signing(payload, key, passphrase?.replace(/\r?\n$/, ''))
    } catch (error) {
      if (!(error instanceof BadSigningKey)) throw error
      throw new FaultError(fault('signing-key', `${keyFile} ${error.message}`), { cause: error })
    }
  }
}

async function read(file: string, most: number): Promise<Buffer> {
  const bytes = await readBoundedFile(file, most)
  if (typeof bytes === 'string') throw new FaultError(fault('signing-key', bytes))
  return bytes
}
