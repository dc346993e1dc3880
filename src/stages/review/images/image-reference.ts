import { REDACTED } from '../../plan/describe/redact.ts'

/** A reference to an image, as container runtimes read it. */
export interface ImageReference {
  /** Registry, with its port, and repository. */
  readonly name: string
  readonly tag?: string
  /** Such as `sha256:…`. */
  readonly digest?: string
}

/** Maximum length of a reference, in characters. */
const LONGEST = 1_000
/** Name, tag and digest (github.com/distribution/reference). */
const REFERENCE =
  /^(?<name>(?:[\w.-]+(?::\d+)?\/)?[\w.-]+(?:\/[\w.-]+)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>[A-Za-z][\w+.-]*:[0-9a-fA-F]{32,}))?$/

/** Reads a reference; undefined where it is none, or secret. */
export function parseImage(text: unknown): ImageReference | undefined {
  if (typeof text !== 'string' || text.length > LONGEST || text.includes(REDACTED)) return undefined
  const { name, tag, digest } = REFERENCE.exec(text)?.groups ?? {}
  if (name === undefined) return undefined
  return { name, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) }
}

/** Digits of a digest that tell it from others. */
const DIGEST_DIGITS = 12

/** Tag and digest for people: `1.29`, `1.29@sha256:0123456789ab`, `no tag`. */
export function describeVersion({ tag, digest }: ImageReference): string {
  if (digest === undefined) return tag ?? 'no tag'
  const [algorithm, digits = ''] = digest.split(':')
  const short = `${algorithm}:${digits.slice(0, DIGEST_DIGITS)}`
  return tag === undefined ? short : `${tag}@${short}`
}

/** Whether the image may be another one tomorrow: it has neither a digest nor a tag other than `latest`. */
export function isUnpinned({ tag, digest }: ImageReference): boolean {
  return digest === undefined && (tag === undefined || tag === 'latest')
}
