import { type Delivery, header } from './delivery.ts'

/**
 * The JSON text of a body: the body itself, or the field `payload` of a form (application/x-www-form-urlencoded).
 * Undefined where it is neither, or not UTF-8.
 */
export function payloadOf({ headers }: Delivery, body: Buffer): string | undefined {
  const [type = ''] = (header(headers, 'content-type') ?? '').split(';', 1)
  const text = header(headers, 'content-encoding') === undefined ? decode(body) : undefined
  if (text === undefined) return undefined
  switch (type.trim().toLowerCase()) {
    case 'application/json':
      return text
    case 'application/x-www-form-urlencoded':
      return new URLSearchParams(text).get('payload') ?? undefined
    default:
      return undefined
  }
}

function decode(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return undefined
  }
}
