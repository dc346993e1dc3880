/** A commit object as its signer saw it, and what it carries as its signature. */
export interface SplitCommit {
  /** The object without its signatures: the bytes that a signature is over. */
  readonly payload: Buffer
  /** Values of the headers `gpgsig`, in order; more than one is no commit that Git makes. */
  readonly signatures: readonly string[]
}

/** The second is over the SHA-256 form of the commit, and is in no payload. */
const SIGNATURE = 'gpgsig'
const OTHER_SIGNATURE = 'gpgsig-sha256'

/**
 * Splits a raw commit object as Git does (`parse_signed_commit`). Only headers are looked at, and the payload keeps
 * every other byte: a parser that writes the commit anew would verify another one.
 */
export function splitCommit(bytes: Uint8Array): SplitCommit {
  const text = Buffer.from(bytes).toString('latin1') // a character is a byte
  const end = text.indexOf('\n\n')
  const headers = end < 0 ? text : text.slice(0, end + 1)
  const payload: string[] = []
  const signatures: string[] = []
  let within: 'signature' | 'other' | undefined
  for (const line of headers.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (within !== undefined && line.startsWith(' ')) {
      if (within === 'signature') signatures.push(signatures.pop() + line.slice(1))
      continue
    }
    within = signatureIn(line)
    if (within === 'signature') signatures.push(line.slice(SIGNATURE.length + 1))
    else if (within === undefined) payload.push(line)
  }
  return { payload: Buffer.from(payload.join('') + text.slice(headers.length), 'latin1'), signatures }
}

/** Puts an armored signature of a payload into it: after the headers that Reeve writes, as Git does. */
export function withSignature(payload: Buffer, armor: string): Buffer {
  const end = payload.indexOf('\n\n') + 1
  const header = `${SIGNATURE} ${armor.trimEnd().replaceAll('\r', '').replaceAll('\n', '\n ')}\n`
  return Buffer.concat([payload.subarray(0, end), Buffer.from(header), payload.subarray(end)])
}

function signatureIn(line: string): 'signature' | 'other' | undefined {
  if (line.startsWith(`${SIGNATURE} `)) return 'signature'
  return line.startsWith(`${OTHER_SIGNATURE} `) ? 'other' : undefined
}
