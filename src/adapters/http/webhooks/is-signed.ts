import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type Delivery, header } from './delivery.ts'

/**
 * Whether a delivery comes from someone who knows one of the secrets. All of them are tried, in constant time.
 * @param body as it came
 * @param payload the JSON text in it, which Gitea signs even where it sends it as a form
 */
export function isSigned(
  delivery: Delivery,
  body: Buffer,
  payload: string | undefined,
  secrets: readonly string[],
): boolean {
  const matches = secrets.map((secret) => RULES[delivery.forge](delivery, body, payload, secret))
  return matches.includes(true)
}

type Rule = (delivery: Delivery, body: Buffer, payload: string | undefined, secret: string) => boolean

/** The one rule of each forge; none falls back to that of another. */
const RULES: Readonly<Record<Delivery['forge'], Rule>> = {
  github({ headers }, body, _payload, secret) {
    const [, hex] = /^sha256=([0-9a-f]{64})$/.exec(header(headers, 'x-hub-signature-256') ?? '') ?? []
    return hex !== undefined && isHmac(Buffer.from(hex, 'hex'), secret, body)
  },

  gitea({ headers }, _body, payload, secret) {
    const signature = header(headers, 'x-forgejo-signature') ?? header(headers, 'x-gitea-signature') ?? ''
    if (payload === undefined || !/^[0-9a-f]{64}$/.test(signature)) return false
    return isHmac(Buffer.from(signature, 'hex'), secret, Buffer.from(payload))
  },

  /** A signature, where there is one, counts alone: the token proves less. */
  gitlab({ headers }, body, _payload, secret) {
    const signatures = header(headers, 'webhook-signature')
    if (signatures !== undefined) return isStandardSigned(headers, signatures, body, secret)
    const token = header(headers, 'x-gitlab-token')
    return token !== undefined && timingSafeEqual(digestOf(bytesOf(token)), digestOf(Buffer.from(secret)))
  },
}

const PREFIX = 'whsec_'
/** In bytes; the specification has 24, GitLab makes 32. */
const SHORTEST_KEY = 24
/** Maximum number of signatures of one delivery: one for each key, while keys are changed. */
const MOST_SIGNATURES = 10

/** Standard Webhooks 1.0.0: HMAC-SHA256 of `<id>.<timestamp>.<body>`, in base64, one for each key. */
function isStandardSigned(
  headers: Delivery['headers'],
  signatures: string,
  body: Buffer,
  secret: string,
): boolean {
  const [id, time] = [header(headers, 'webhook-id'), header(headers, 'webhook-timestamp')]
  const key = standardKey(secret)
  if (id === undefined || time === undefined || key === undefined) return false
  const signed = Buffer.concat([bytesOf(`${id}.${time}.`), body])
  const found = signatures.split(' ', MOST_SIGNATURES).map((signature) => {
    const [, base64] = /^v1,([A-Za-z0-9+/]{43}=)$/.exec(signature) ?? []
    return base64 !== undefined && isHmac(Buffer.from(base64, 'base64'), key, signed)
  })
  return found.includes(true)
}

/** The key of a signing token, `whsec_` and base64; undefined where that is too short for one. */
function standardKey(secret: string): Buffer | undefined {
  if (!secret.startsWith(PREFIX)) return Buffer.from(secret)
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
  return key.length < SHORTEST_KEY ? undefined : key
}

/** @param signature 32 bytes */
function isHmac(signature: Buffer, key: Buffer | string, text: Buffer): boolean {
  return timingSafeEqual(signature, createHmac('sha256', key).update(text).digest())
}

function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest()
}

/** Bytes of a header as they came: Node reads them as Latin-1. */
function bytesOf(header: string): Buffer {
  return Buffer.from(header, 'latin1')
}
