import { Readable } from 'node:stream'
import type { Pace } from './pace.ts'

/** Size of the pieces of an upload, in bytes; a shorter body is sent at once. */
const PIECE = 16 << 10

/**
 * The body of a request, in pieces if it is long: the next piece is produced when the other side takes more.
 * Send it with its content-length.
 * @param onSent called when the last piece was taken
 */
export function upload(body: Buffer, pace: Pace, onSent: () => void): Buffer | Readable {
  if (body.length > PIECE) return Readable.from(pieces(body, pace, onSent), { highWaterMark: 1 })
  onSent()
  return body
}

async function* pieces(body: Buffer, pace: Pace, onSent: () => void): AsyncGenerator<Uint8Array, void> {
  pace.flows(true)
  for (let at = 0; at < body.length; at += PIECE) {
    const piece = body.subarray(at, at + PIECE)
    yield piece
    pace.moved(piece.length)
  }
  pace.flows(false)
  onSent()
}
