/** Ends a list of lines (gitprotocol-common(5), pkt-line). */
export const FLUSH = Buffer.from('0000')

const LENGTH = 4
const DATA_BAND = 1
const MESSAGE_BAND = 2

export function encodeLine(text: string): Buffer {
  const payload = Buffer.from(text)
  return Buffer.concat([Buffer.from((payload.length + LENGTH).toString(16).padStart(LENGTH, '0')), payload])
}

/** The payloads of well-formed lines; flushes and other markers are skipped. */
export function readLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let at = 0; at + LENGTH <= bytes.length; ) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + LENGTH), 16)
    if (!(length >= 0)) break
    if (length > LENGTH) lines.push(bytes.subarray(at + LENGTH, at + length))
    at += Math.max(LENGTH, length)
  }
  return lines
}

/** Splits a stream into the server's data and messages (side-band-64k). */
export function readBands(bytes: Buffer): { readonly data: Buffer; readonly messages: string } {
  const lines = readLines(bytes)
  const of = (band: number): Buffer =>
    Buffer.concat(lines.filter((line) => line[0] === band).map((line) => line.subarray(1)))
  return { data: of(DATA_BAND), messages: of(MESSAGE_BAND).toString() }
}
