import { inflateSync } from 'node:zlib'
import { deltaResultSize } from './apply-delta.ts'
import { parseEntryHeader } from './pack-entry.ts'
import { readBands } from './pkt-line.ts'

const HEADER = 12
const CHECKSUM = 20

/** Sizes of the objects in a pack, in bytes. */
export interface PackedSizes {
  readonly largest: number
  readonly total: number
}

/**
 * Sizes of the objects in the answer to a fetch, unpacked: a few KiB may inflate to GiBs. Stops at the first
 * object that exceeds a limit. Undefined if the pack is damaged.
 */
export function packedSizes(answer: Buffer, limits: PackedSizes): PackedSizes | undefined {
  const pack = readBands(answer).data
  let largest = 0
  let total = 0
  let at = HEADER
  try {
    while (at < pack.length - CHECKSUM && largest <= limits.largest && total <= limits.total) {
      const entry = parseEntryHeader(pack.subarray(at))
      largest = Math.max(largest, entry.size)
      total += entry.size
      if (largest > limits.largest) break
      at += entry.length
      const { buffer, engine } = inflateMeasured(pack.subarray(at), entry.size)
      if (entry.kind.endsWith('-delta')) {
        const size = deltaResultSize(buffer)
        largest = Math.max(largest, size)
        total += size
      }
      at += engine.bytesWritten
    }
  } catch {
    return undefined // zlib and the parser fail in many ways on bytes that are no pack: the caller reports it
  }
  return { largest, total }
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
