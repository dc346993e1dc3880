import type { IncomingMessage, ServerResponse } from 'node:http'
import { ByteCollector } from '../../support/exchange/byte-collector.ts'
import type { BodyPlaces } from './body-places.ts'
import type { Body, BodyLimits } from './route.ts'

/**
 * Reads the body of a request, whether its length is known or not. The connection may break meanwhile: then the
 * answer, which nobody gets, is a 408.
 */
export async function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  { maxBytes, withinMs }: BodyLimits,
  places: BodyPlaces,
): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return { refused: 413 }
  if (request.headers.expect !== undefined) response.writeContinue()
  using place = places.take()
  const { promise, resolve } = Promise.withResolvers<Body>()
  const collected = new ByteCollector()
  const late = () => resolve({ refused: 408 })
  const timer = setTimeout(late, withinMs)
  const onData = (chunk: Buffer) => {
    collected.add(chunk)
    if (collected.size > maxBytes) resolve({ refused: 413 })
  }
  place.lost.addEventListener('abort', late)
  request
    .on('data', onData)
    .once('end', () => resolve({ bytes: collected.bytes() }))
    .once('error', late)
    .once('close', late)
  const body = await promise
  clearTimeout(timer)
  request.off('data', onData)
  return body
}
