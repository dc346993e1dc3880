import { open } from 'node:fs/promises'

/**
 * Reads a file that an administrator named, which may be renewed.
 * @returns a problem as text if it cannot be read, is not a file, or is larger than `most` bytes
 */
export async function readBoundedFile(file: string, most: number): Promise<Buffer | string> {
  try {
    await using handle = await open(file)
    if (!(await handle.stat()).isFile()) return `${file} is not a file`
    const bytes = Buffer.alloc(most + 1)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    return bytesRead > most ? `${file} has more than ${most} bytes` : bytes.subarray(0, bytesRead)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    return `${file} cannot be read (${code})`
  }
}
