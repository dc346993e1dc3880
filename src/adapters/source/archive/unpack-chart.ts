import { promisify } from 'node:util'
import { gunzip as gunzipWithCallback } from 'node:zlib'
import { errorMessage } from '../../../model/error-message.ts'
import { sourceFault } from '../source-fault.ts'
import { readTar, type TarEntry } from './tar.ts'

const gunzip = promisify(gunzipWithCallback)

const MOST_FILES = 10_000
/** In bytes. */
const LEAST_CHUNK = 16 << 10

/** A package, unpacked in memory. */
export interface Unpacked {
  /** Parts of one buffer, by path, without the directory that encloses everything in a package. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Links, devices and other entries that are left out. */
  readonly left: readonly string[]
}

/**
 * Unpacks a packaged chart (.tgz) as Helm's loader does: regular files only, without the enclosing directory.
 * Packaged charts in it stay as they are.
 *
 * @param maxBytes maximum size of its content
 * @throws FaultError bad-template, template-too-large
 */
export async function unpackChart(
  bytes: Uint8Array,
  { maxBytes }: { readonly maxBytes: number },
): Promise<Unpacked> {
  const chunkSize = Math.min(maxBytes, Math.max(LEAST_CHUNK, sizeSaid(bytes)))
  const archive = await gunzip(bytes, { maxOutputLength: maxBytes, chunkSize }).catch((error) => {
    if (error.code !== 'ERR_BUFFER_TOO_LARGE') throw bad(errorMessage(error), error)
    throw tooLarge(`it unpacks to more than ${Math.round(maxBytes / 1024 ** 2)} MiB`, error)
  })
  const files = new Map<string, Uint8Array>()
  const left: string[] = []
  let count = 0
  for (const { path, type, bytes } of entriesOf(archive)) {
    count += 1
    if (count > MOST_FILES) throw tooLarge(`it has more than ${MOST_FILES} entries`)
    if (type === 'directory') continue
    const inside = insidePath(path)
    if (type === 'file') files.set(inside, bytes)
    else left.push(inside)
  }
  if (files.size === 0) throw bad('it contains no files')
  return { files, left }
}

/** The size of what is packed, as the last bytes of gzip say (RFC 1952): so it is unpacked into one piece. */
function sizeSaid(bytes: Uint8Array): number {
  return bytes.length < 4
    ? 0
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).readUInt32LE(bytes.length - 4)
}

function* entriesOf(archive: Uint8Array): Generator<TarEntry> {
  try {
    yield* readTar(archive)
  } catch (error) {
    throw bad(errorMessage(error), error)
  }
}

/** The path below the enclosing directory. A path that leads out of it is refused, as in Helm. */
function insidePath(path: string): string {
  const words = path.split('/').filter((word) => word !== '.' && word !== '')
  const isOutside = path.startsWith('/') || words.includes('..') || /^[A-Za-z]:|[\\\0]/.test(path)
  if (isOutside) throw bad(`the path ${JSON.stringify(path)} leads out of the chart`)
  if (words.length < 2) throw bad(`the file ${JSON.stringify(path)} is outside the directory of the chart`)
  return words.slice(1).join('/')
}

function tooLarge(words: string, cause?: unknown) {
  return sourceFault('template-too-large', words, cause)
}

function bad(words: string, cause?: unknown) {
  return sourceFault('bad-template', words, cause)
}
