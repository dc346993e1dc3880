/** Messages of a Git server in its pkt-lines (gitprotocol-common(5)), beside the data. */
export interface ServerWords {
  /** False if the framing is broken or the answer does not end with a flush. */
  readonly complete: boolean
  /** The server's own error: an ERR line, or band 3. */
  readonly error?: string
}

const LENGTH = 4
const ERROR_BAND = 3
const LARGEST_LINE = 65_520

/**
 * Checks an answer before isomorphic-git sees it, which ends the process on some broken framings and takes an
 * ERR line for an empty answer.
 */
export function readServerWords(answer: Buffer): ServerWords {
  let at = 0
  let complete = false
  while (at < answer.length) {
    const digits = answer.toString('latin1', at, at + LENGTH)
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : -1
    if (length < 0 || length === 3 || length > LARGEST_LINE || at + length > answer.length) {
      return { complete: false }
    }
    const error = errorIn(answer.subarray(at + LENGTH, at + length))
    if (error) return { complete: true, error }
    complete = length === 0
    at += Math.max(length, LENGTH)
  }
  return { complete }
}

function errorIn(line: Buffer): string | undefined {
  if (line[0] === ERROR_BAND) return line.toString('utf8', 1)
  return line.toString('latin1', 0, 4) === 'ERR ' ? line.toString('utf8', 4) : undefined
}
