import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import fastJsonPatch, { type Operation } from 'fast-json-patch'
import type { LiveObject } from '../../src/model/object.ts'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { selfSigned } from './certificate.ts'
import { apply } from './live.ts'

const GROUP = 'aggregated.e2e.dev'
const KIND = { name: 'gadgets', singularName: 'gadget', namespaced: true, kind: 'Gadget' }
const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'watch']

/** An API server of its own behind the cluster's (kube-aggregator), for the kind Gadget in memory. */
export interface AggregatedApi extends AsyncDisposable {
  /** By namespace/name. */
  readonly objects: ReadonlyMap<string, LiveObject>
  /** While it is down it answers 503, as does the aggregator for a server that is away. */
  down: boolean
}

/** Serves aggregated.e2e.dev/v1 and has the cluster's API server pass it on. */
export async function startAggregatedApi(controlPlane: ControlPlane): Promise<AggregatedApi> {
  const state = {
    objects: new Map<string, LiveObject>(),
    down: false,
    version: 1,
    watches: new Set<ServerResponse>(),
  }
  const { certificate, key } = selfSigned('aggregated')
  const server = createServer({ cert: certificate, key }, (request, response) => {
    answer(request, response, state).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  await apply(controlPlane, registration((server.address() as AddressInfo).port))
  return {
    objects: state.objects,
    get down() {
      return state.down
    },
    set down(down) {
      state.down = down
      if (down) for (const watch of state.watches) watch.destroy()
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface State {
  readonly objects: Map<string, LiveObject>
  readonly watches: Set<ServerResponse>
  down: boolean
  version: number
}

async function answer(request: IncomingMessage, response: ServerResponse, state: State): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://localhost')
  const [, , , version, , namespace = '', , name] = url.pathname.split('/')
  if (state.down)
    return send(response, 503, { kind: 'Status', status: 'Failure', code: 503, message: 'down' })
  if (version === undefined) return send(response, 200, groupOf())
  if (url.pathname.split('/').length <= 4) return send(response, 200, resourcesOf())
  if (url.searchParams.has('watch')) return watch(response, state)
  if (request.method === 'GET' && name === undefined) return send(response, 200, listOf(state))
  const id = `${namespace}/${name}`
  const known = state.objects.get(id)
  if (request.method === 'POST') {
    const object = (await json(request)) as LiveObject
    return write(response, 201, stored(object, state, namespace), state)
  }
  if (known === undefined) return send(response, 404, { kind: 'Status', code: 404, reason: 'NotFound' })
  if (request.method === 'GET') return send(response, 200, known)
  const patched = fastJsonPatch.applyPatch(
    structuredClone(known),
    (await json(request)) as Operation[],
    true,
  ).newDocument
  write(response, 200, stored(patched, state, namespace), state)
}

function stored(object: LiveObject, state: State, namespace: string): LiveObject {
  const uid = object.metadata.uid ?? crypto.randomUUID()
  const metadata = { ...object.metadata, namespace, uid, resourceVersion: String(++state.version) }
  const result = { ...object, metadata }
  state.objects.set(`${namespace}/${object.metadata.name}`, result)
  return result
}

function write(response: ServerResponse, code: number, object: LiveObject, { watches }: State): void {
  for (const each of watches) each.write(`${JSON.stringify({ type: 'MODIFIED', object })}\n`)
  send(response, code, object)
}

function watch(response: ServerResponse, { watches }: State): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
  watches.add(response)
  response.once('close', () => watches.delete(response))
}

function send(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function listOf({ objects, version }: State): object {
  const metadata = { resourceVersion: String(version) }
  return { apiVersion: `${GROUP}/v1`, kind: 'GadgetList', metadata, items: [...objects.values()] }
}

function groupOf(): object {
  const version = { groupVersion: `${GROUP}/v1`, version: 'v1' }
  return { kind: 'APIGroup', apiVersion: 'v1', name: GROUP, versions: [version], preferredVersion: version }
}

function resourcesOf(): object {
  const resources = [{ ...KIND, verbs: VERBS }]
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${GROUP}/v1`, resources }
}

/** A Service that names the host, as one outside of the cluster does, and the APIService that points to it. */
function registration(port: number): string {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'aggregated', namespace: 'default' },
    spec: { type: 'ExternalName', externalName: '127.0.0.1', ports: [{ port }] },
  }
  const apiService = {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `v1.${GROUP}` },
    spec: {
      group: GROUP,
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { name: 'aggregated', namespace: 'default', port },
    },
  }
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [service, apiService] })
}
