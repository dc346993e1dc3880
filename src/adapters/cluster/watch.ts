import { isJsonObject, type JsonObject, readJson } from '../../model/json.ts'
import type { LiveObject } from '../../model/object.ts'
import type { Resource } from '../../model/schema.ts'
import { apiErrorOfStatus } from './api-error.ts'
import { linesOf } from './lines.ts'
import { isNamed } from './parse-answer.ts'
import { collectionPath, query } from './resource-path.ts'
import { type ApiRequest, connectionErrorOf, giveUp, type Transport } from './transport.ts'

export interface WatchOptions {
  /** All namespaces if absent. */
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  /** The server sends changes after this one. */
  readonly resourceVersion: string
  /** Time after which the server ends the watch, in seconds. */
  readonly timeoutSeconds?: number | undefined
  /** Maximum time between events in milliseconds before the connection counts as dead; bookmarks come each minute. */
  readonly silence?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Called when the server accepts the request. */
  readonly onOpen?: (() => void) | undefined
}

/** A change of one object, or a bookmark: the server has sent all changes up to its resourceVersion. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: LiveObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string }

const LONGEST_SILENCE = 150_000

/** One watch request (Kubernetes API concepts, "Efficient detection of changes"). */
export async function* watch(
  transport: Transport,
  resource: Resource,
  options: WatchOptions,
): AsyncGenerator<WatchEvent, void, undefined> {
  const request = watchRequest(resource, options)
  const response = await transport.send(request)
  options.onOpen?.()
  const { silence = LONGEST_SILENCE } = options
  // A body timeout is not enough: a chunk need not complete an event.
  const deadline = setTimeout(() => giveUp(response, `no event for ${silence / 1000} s`), silence)
  try {
    for await (const line of linesOf(response.body)) {
      deadline.refresh()
      const event = eventIn(line, request.secret)
      if (event !== undefined) yield event
    }
  } catch (error) {
    throw connectionErrorOf(error, request)
  } finally {
    clearTimeout(deadline)
    response.body.destroy()
  }
}

function watchRequest(resource: Resource, options: WatchOptions): ApiRequest {
  const { namespace, labelSelector, fieldSelector, resourceVersion, timeoutSeconds } = options
  const parameters = { watch: true, allowWatchBookmarks: true }
  return {
    method: 'GET',
    path:
      collectionPath(resource, namespace) +
      query({ ...parameters, labelSelector, fieldSelector, resourceVersion, timeoutSeconds }),
    signal: options.signal,
    bodyTimeout: options.silence ?? LONGEST_SILENCE,
    secret: resource.kind === 'Secret',
  }
}

/** @throws ApiError for an event of type ERROR */
function eventIn(line: string, secret: boolean | undefined): WatchEvent | undefined {
  const { type, object } = readJson(line) as unknown as { readonly type: string; readonly object: LiveObject }
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return isNamed(object) ? { type, object } : undefined
    case 'BOOKMARK':
      return { type, resourceVersion: object.metadata.resourceVersion }
    case 'ERROR':
      throw apiErrorOfStatus(statusIn(object), { code: 500, ...(secret && { secret }) })
    default:
      return undefined
  }
}

function statusIn(object: unknown): JsonObject | undefined {
  return isJsonObject(object) ? object : undefined
}
