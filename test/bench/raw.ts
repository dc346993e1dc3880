import type { LiveObject } from '../../src/model/object.ts'
import { type Api, CONNECTIONS } from './api.ts'
import { items } from './workload.ts'

// The same query as Reeve's, so that the API server has the same to do.
const QUERY = '?fieldManager=raw&fieldValidation=Strict'

interface RawRequest {
  readonly method: 'POST' | 'PATCH'
  readonly path: string
  readonly body: string
  readonly contentType: string
}

/** Plain requests: how many a second, and what was answered. */
export interface RawRun {
  readonly perSecond: number
  readonly answers: readonly string[]
}

/** Creates a namespace's worth of the workload, as Reeve would write it. */
export async function rawCreates(api: Api, namespace: string, objects: number): Promise<RawRun> {
  await createNamespace(api, namespace)
  const requests = items(namespace, objects, '1.0.0').map(({ object, collection }): RawRequest => {
    const { labels, ...metadata } = object.metadata
    const own = { 'reeve.dev/installation': 'raw', 'reeve.dev/repository': 'raw' }
    const annotations = { 'reeve.dev/applied': `${'0'.repeat(40)}.${'0'.repeat(32)}` }
    const body = JSON.stringify({
      ...object,
      metadata: { ...metadata, labels: { ...labels, ...own }, annotations },
    })
    return { method: 'POST', path: collection + QUERY, body, contentType: 'application/json' }
  })
  return sendAll(api, requests)
}

/** Patches what rawCreates answered: guarded, and of two fields, as Reeve would. */
export async function rawPatches(api: Api, namespace: string, answers: readonly string[]): Promise<RawRun> {
  const collections = items(namespace, answers.length, '1.0.0').map(({ collection }) => collection)
  const requests = answers.map((text, index): RawRequest => {
    const { name, uid, resourceVersion } = (JSON.parse(text) as LiveObject).metadata
    const body = JSON.stringify([
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
      { op: 'replace', path: '/metadata/labels/app.kubernetes.io~1version', value: '1.1.0' },
      {
        op: 'replace',
        path: '/metadata/annotations/reeve.dev~1applied',
        value: `${'1'.repeat(40)}.${'1'.repeat(32)}`,
      },
    ])
    const path = `${collections[index]}/${name}${QUERY}`
    return { method: 'PATCH', path, body, contentType: 'application/json-patch+json' }
  })
  return sendAll(api, requests)
}

export async function createNamespace(api: Api, name: string): Promise<void> {
  await api.send('POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name } }))
}

async function sendAll(api: Api, requests: readonly RawRequest[]): Promise<RawRun> {
  const answers: string[] = []
  let next = 0
  const worker = async () => {
    for (let index = next++; index < requests.length; index = next++) {
      const request = requests[index]
      if (request)
        answers[index] = await api.send(request.method, request.path, request.body, request.contentType)
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
  return { perSecond: (requests.length * 1000) / (performance.now() - start), answers }
}
