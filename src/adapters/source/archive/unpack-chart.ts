import { promisify } from 'node:util'
import { gunzip as gunzipWithCallback } from 'node:zlib'
import { errorMessage } from '../../../model/error-message.ts'
import { sourceFault } from '../source-fault.ts'
import { readTar, type TarEntry } from './tar.ts'

const gunzip = promisify(gunzipWithCallback)

/** Limits of a package's content. */
export interface UnpackLimits {
  readonly maxBytes: number
  readonly maxFiles: number
}

const UNPACK_LIMITS: UnpackLimits = { maxBytes: 256 << 20, maxFiles: 10_000 }

/** A package, unpacked in memory. */
export interface Unpacked {
  /** By path, without the directory that encloses everything in a package. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Links, devices and other entries that are left out. */
  readonly left: readonly string[]
}

/**
 * Unpacks a packaged chart (.tgz) as Helm's loader does: regular files only, without the enclosing directory.
 * Packaged charts in it stay as they are.
 * @throws FaultError bad-template
 */
export async function unpackChart(
  bytes: Uint8Array,
  { maxBytes, maxFiles }: UnpackLimits = UNPACK_LIMITS,
): Promise<Unpacked> {
  const archive = await gunzip(bytes, { maxOutputLength: maxBytes }).catch((error) => {
    const isTooLarge = error.code === 'ERR_BUFFER_TOO_LARGE'
    throw bad(isTooLarge ? `it unpacks to more than ${maxBytes} bytes` : errorMessage(error), error)
  })
  const files = new Map<string, Uint8Array>()
  const left: string[] = []
  let count = 0
  for (const { path, type, bytes } of entriesOf(archive)) {
    count += 1
    if (count > maxFiles) throw bad(`it has more than ${maxFiles} entries`)
    if (type === 'directory') continue
    const inside = insidePath(path)
    if (type === 'file') files.set(inside, Uint8Array.from(bytes))
    else left.push(inside)
  }
  if (files.size === 0) throw bad('it contains no files')
  return { files, left }
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

function bad(words: string, cause?: unknown) {
  return sourceFault('bad-template', words, cause)
}
