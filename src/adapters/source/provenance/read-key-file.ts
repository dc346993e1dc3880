import { readBoundedFile } from '../../../support/files/read-bounded-file.ts'
import { sourceFault } from '../source-fault.ts'

/** Maximum size of a file of keys, in bytes. */
const MOST_BYTES = 4 << 20

/** Reads a file of the configuration, which may be renewed. @throws FaultError provenance-keys */
export async function readKeyFile(file: string): Promise<Buffer> {
  const read = await readBoundedFile(file, MOST_BYTES)
  if (typeof read === 'string') throw sourceFault('provenance-keys', read)
  return read
}
