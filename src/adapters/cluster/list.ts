import type { LiveObject } from '../../model/object.ts'
import type { Resource } from '../../model/schema.ts'
import { isExpired } from './api-error.ts'
import { isNamed, parseAnswer } from './parse-answer.ts'
import { collectionPath, query } from './resource-path.ts'
import type { ApiRequest } from './transport.ts'

export interface ListOptions {
  /** All namespaces if absent. */
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  /** Objects per page; 1,000 by default. */
  readonly limit?: number | undefined
  /** `0`: any state that the server has at hand. Absent: the newest. */
  readonly resourceVersion?: string | undefined
  /** Only apiVersion, kind and metadata of each object (PartialObjectMetadata). */
  readonly metadataOnly?: boolean | undefined
  /** Reduces each object to the part that is kept; called page by page, to bound memory. */
  readonly map?: ((object: LiveObject) => LiveObject) | undefined
}

/** Objects of a kind at one resourceVersion. */
export interface List {
  readonly items: readonly LiveObject[]
  readonly resourceVersion: string
}

type Read = (request: ApiRequest) => Promise<string>

/** Maximum number of paged attempts; if all expire half-way, one request asks for everything. */
const PAGED_ATTEMPTS = 3

/** Reads a list page by page; starts over if its continue token expires (410). */
export async function list(read: Read, resource: Resource, options: ListOptions): Promise<List> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await listOnce(read, resource, attempt > PAGED_ATTEMPTS ? { ...options, limit: 0 } : options)
    } catch (error) {
      if (!isExpired(error) || attempt > PAGED_ATTEMPTS) throw error
    }
  }
}

/** The resourceVersion that a list would return now; reads at most one object. */
export async function latestVersion(read: Read, resource: Resource, options: ListOptions): Promise<string> {
  const request = pageRequest(resource, { ...options, limit: 1, metadataOnly: true }, '')
  return (await readPage(read, request)).metadata?.resourceVersion ?? ''
}

async function listOnce(read: Read, resource: Resource, options: ListOptions): Promise<List> {
  const items: LiveObject[] = []
  for (let next = ''; ; ) {
    const page = await readPage(read, pageRequest(resource, options, next))
    for (const item of page.items ?? []) if (isNamed(item)) items.push(toItem(item, resource, options))
    next = page.metadata?.continue ?? ''
    if (next === '') return { items, resourceVersion: page.metadata?.resourceVersion ?? '' }
  }
}

interface Page {
  readonly metadata?: { readonly continue?: string; readonly resourceVersion?: string }
  readonly items?: readonly LiveObject[] | null
}

async function readPage(read: Read, request: ApiRequest): Promise<Page> {
  return parseAnswer(await read(request), `GET ${request.path.split('?', 1)[0]}`) as object as Page
}

function pageRequest(resource: Resource, options: ListOptions, next: string): ApiRequest {
  const { labelSelector, fieldSelector, limit = 1000, resourceVersion } = options
  const parameters = {
    labelSelector,
    fieldSelector,
    limit,
    continue: next,
    ...(next === '' && { resourceVersion }),
  }
  return {
    method: 'GET',
    path: collectionPath(resource, options.namespace) + query(parameters),
    secret: resource.kind === 'Secret',
    ...(options.metadataOnly && { accept: METADATA_ONLY }),
  }
}

const METADATA_ONLY = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1, application/json'

/** Items of built-in kinds lack apiVersion and kind in a list. */
function toItem(item: LiveObject, resource: Resource, { metadataOnly, map }: ListOptions): LiveObject {
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
  const complete =
    item.kind === undefined || metadataOnly ? { ...item, apiVersion, kind: resource.kind } : item
  return map ? map(complete) : complete
}
