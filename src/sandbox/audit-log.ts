import { readFile } from 'node:fs/promises'

/** One request that the API server received. */
export interface ApiRequest {
  readonly id: string
  /** As Kubernetes names it: get, list, watch, create, update, patch, delete or deletecollection. */
  readonly verb: string
  readonly user: string
  readonly userAgent: string
  readonly uri: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly receivedAt: Date
  /** HTTP status; undefined until the request is answered. */
  readonly code: number | undefined
}

/** Selects the requests that match every given field. */
export interface RequestFilter {
  readonly user?: string | undefined
  /** Prefix of the user agent. */
  readonly userAgent?: string | undefined
  readonly since?: Date | undefined
}

const writeVerbs: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection'])

export function isWrite(request: ApiRequest): boolean {
  return writeVerbs.has(request.verb)
}

/** Reads an audit log with one JSON event per line (audit.k8s.io/v1), in the order of arrival. */
export async function readAuditLog(path: string, filter: RequestFilter = {}): Promise<readonly ApiRequest[]> {
  const text = await readFile(path, 'utf8')
  const complete = text.slice(0, text.lastIndexOf('\n') + 1)
  const requests = new Map<string, ApiRequest>()
  for (const line of complete.split('\n')) {
    if (line === '') continue
    const request = requestOf(JSON.parse(line))
    requests.set(request.id, request) // a later stage of the same request has more fields
  }
  return [...requests.values()].filter((request) => fits(request, filter))
}

function fits(request: ApiRequest, { user, userAgent, since }: RequestFilter): boolean {
  return (
    (user === undefined || request.user === user) &&
    (userAgent === undefined || request.userAgent.startsWith(userAgent)) &&
    (since === undefined || request.receivedAt >= since)
  )
}

interface AuditEvent {
  readonly auditID: string
  readonly verb: string
  readonly requestURI: string
  readonly user: { readonly username: string }
  readonly userAgent?: string
  readonly objectRef?: {
    readonly resource?: string
    readonly subresource?: string
    readonly namespace?: string
    readonly name?: string
  }
  readonly requestReceivedTimestamp: string
  readonly responseStatus?: { readonly code?: number }
}

function requestOf(event: AuditEvent): ApiRequest {
  const object = event.objectRef ?? {}
  return {
    id: event.auditID,
    verb: event.verb,
    user: event.user.username,
    userAgent: event.userAgent ?? '',
    uri: event.requestURI,
    resource: object.resource ?? '',
    subresource: object.subresource ?? '',
    namespace: object.namespace ?? '',
    name: object.name ?? '',
    receivedAt: new Date(event.requestReceivedTimestamp),
    code: event.responseStatus?.code,
  }
}
