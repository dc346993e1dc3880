import { isUtf8 } from 'node:buffer'

/** The text of a file, or the line, from 1, of its first byte that is not UTF-8. */
export type Decoded = { readonly text: string } | { readonly invalidLine: number }

export function decodeText(bytes: Uint8Array): Decoded {
  if (!isUtf8(bytes)) return { invalidLine: invalidLine(bytes) }
  return { text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8') }
}

/** No byte of a longer UTF-8 sequence is a line feed, so each line is UTF-8 by itself. */
function invalidLine(bytes: Uint8Array): number {
  let line = 1
  let start = 0
  for (let end = bytes.indexOf(10); end >= 0 && isUtf8(bytes.subarray(start, end)); ) {
    line += 1
    start = end + 1
    end = bytes.indexOf(10, start)
  }
  return line
}
