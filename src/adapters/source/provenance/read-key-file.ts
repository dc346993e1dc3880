import { open } from 'node:fs/promises'
import { sourceFault } from '../source-fault.ts'

/** Maximum size of a file of keys, in bytes. */
const MOST_BYTES = 4 << 20

/** Reads a file of the configuration, which may be renewed. @throws FaultError provenance-keys */
export async function readKeyFile(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file)
    if (!(await handle.stat()).isFile()) throw sourceFault('provenance-keys', `${file} is not a file`)
    const bytes = Buffer.alloc(MOST_BYTES + 1)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    if (bytesRead > MOST_BYTES)
      throw sourceFault('provenance-keys', `${file} has more than ${MOST_BYTES} bytes`)
    return bytes.subarray(0, bytesRead)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw sourceFault('provenance-keys', `${file} cannot be read (${code})`, error)
  }
}
