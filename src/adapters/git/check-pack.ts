import { inflateSync } from 'node:zlib'
import { deltaResultSize } from './apply-delta.ts'
import { parseEntryHeader } from './pack-entry.ts'
import { readBands } from './pkt-line.ts'

const HEADER = 12
const CHECKSUM = 20

/**
 * Size of the largest object in the answer to a fetch, in bytes: a few KiB may inflate to GiBs. Stops at the
 * first object above `limit`. Undefined if the pack is damaged.
 */
export function largestObject(answer: Buffer, limit: number): number | undefined {
  const pack = readBands(answer).data
  let largest = 0
  let at = HEADER
  try {
    while (at < pack.length - CHECKSUM && largest <= limit) {
      const entry = parseEntryHeader(pack.subarray(at))
      largest = Math.max(largest, entry.size)
      if (largest > limit) break
      at += entry.length
      const { buffer, engine } = inflateMeasured(pack.subarray(at), entry.size)
      if (entry.kind.endsWith('-delta')) largest = Math.max(largest, deltaResultSize(buffer))
      at += engine.bytesWritten
    }
  } catch {
    return undefined // zlib and the parser fail in many ways on bytes that are no pack: the caller reports it
  }
  return largest
}

interface Measured {
  readonly buffer: Buffer
  /** `bytesWritten`: number of input bytes consumed. */
  readonly engine: { readonly bytesWritten: number }
}

function inflateMeasured(deflated: Buffer, size: number): Measured {
  const options = { info: true, maxOutputLength: size + 1, chunkSize: Math.max(64, size + 1) }
  return inflateSync(deflated, options) as unknown as Measured
}
