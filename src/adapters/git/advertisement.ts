import type { GitHttpRequest } from 'isomorphic-git'

/** The answer to an HTTP request, read whole. */
export interface Answer {
  /** URL of the answer, after redirects. */
  readonly url: string
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer
}

/** A ref and its object at the remote. */
export interface ListedRef {
  /** The full name. */
  readonly ref: string
  readonly oid: string
}

const FRESH_MS = 10_000
/** Size above which asking for one ref (protocol version 2, two requests) is cheaper, in bytes. */
const LONG_LIST = 256 << 10

/**
 * Keeps the last list of refs (protocol version 1) for a moment: a caller that asks for the head and then
 * fetches it needs the list twice, and one that fetches many refs needs it for each. Concurrent answers overtake
 * one another, so the kept list may be older than one that another caller received.
 */
export class Advertisement {
  #kept: { readonly answer: Answer; readonly time: number } | undefined
  #isLong = false

  /** Whether the remote has too many refs to list them all. */
  get isLong(): boolean {
    return this.#isLong
  }

  keep(asked: GitHttpRequest, answer: Answer): void {
    if (!isAdvertisement(asked)) return
    this.#isLong = isLongList(answer.bytes)
    this.#kept = this.#isLong ? undefined : { answer, time: performance.now() }
  }

  /** The list; undefined if it is old, or lists the ref at another object. */
  listing(asked: GitHttpRequest, listed: ListedRef): Answer | undefined {
    const kept = this.#kept
    if (!kept || !isAdvertisement(asked) || performance.now() - kept.time > FRESH_MS) return undefined
    return lists(kept.answer.bytes, listed) ? kept.answer : undefined
  }
}

/** Whether a list of refs is so long that asking for one of them is cheaper. */
export function isLongList(bytes: Buffer): boolean {
  return bytes.length > LONG_LIST
}

/** A line is `<oid> <ref>`; the first one continues with a NUL and the capabilities (gitprotocol-pack(5)). */
function lists(bytes: Buffer, { ref, oid }: ListedRef): boolean {
  return ['\n', '\0'].some((end) => bytes.includes(`${oid} ${ref}${end}`))
}

/** Whether a request lists the refs to fetch, in protocol version 1. */
export function isAdvertisement({ url, headers }: GitHttpRequest): boolean {
  return url.endsWith('/info/refs?service=git-upload-pack') && headers?.['Git-Protocol'] === undefined
}

/**
 * The list of refs, with a HEAD. If the remote's HEAD names a missing branch, isomorphic-git fetches nothing
 * at all; the capability `symref` (gitprotocol-v2) prevents that.
 */
export function withHead(advertisement: Buffer): Buffer {
  const zero = advertisement.indexOf(0)
  const start = zero < 0 ? -1 : lineAround(advertisement, zero)
  if (start < 0) return advertisement
  const length = Number.parseInt(advertisement.toString('latin1', start, start + 4), 16)
  const line = advertisement.toString('latin1', start + 4, start + length)
  if (line.includes(' symref=HEAD:') || line.startsWith('0'.repeat(40))) return advertisement
  const longer = `${line.replace(/\n$/, '')} symref=HEAD:refs/heads/none\n`
  const size = (longer.length + 4).toString(16).padStart(4, '0')
  return Buffer.concat([
    advertisement.subarray(0, start),
    Buffer.from(size + longer, 'latin1'),
    advertisement.subarray(start + length),
  ])
}

/** Start of the pkt-line (gitprotocol-common(5)) that holds the position; -1 if there is none. */
function lineAround(bytes: Buffer, position: number): number {
  let at = 0
  while (at < position) {
    const length = Math.max(4, Number.parseInt(bytes.toString('latin1', at, at + 4), 16) || 0)
    if (at + length > position) return at
    at += length
  }
  return -1
}
