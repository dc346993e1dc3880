import { type JsonObject, objectIn } from '../../../src/model/json.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { imagesOf } from '../images-of.ts'

/** What sends to Pods needs to know of their node. */
export const NODE = `${JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } })}\n`

/** The image of a Deployment. */
export function imageIn({ spec }: LiveObject): string | undefined {
  return imagesOf(objectIn(spec).template as unknown as LiveObject)[0]
}

const labels = { app: 'web' }

/**
 * A Service, the Deployment of two Pods that it sends to, and what those read. They are of the node `node`, and end at
 * once: there is no kubelet.
 */
export function template(namespace: string, image: string): string {
  const spec = {
    nodeName: 'node',
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'web', image, envFrom: [{ configMapRef: { name: 'settings' } }] }],
  }
  return [
    object('v1', 'Service', 'web', namespace, {
      annotations: { 'reeve.dev/strategies': 'blueGreen' },
      spec: { selector: labels, ports: [{ port: 80 }] },
    }),
    object('v1', 'ConfigMap', 'settings', namespace, { data: { a: '1' } }),
    object('apps/v1', 'Deployment', 'web', namespace, {
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec },
      },
    }),
  ].join('---\n')
}

function object(
  apiVersion: string,
  kind: string,
  name: string,
  namespace: string,
  { annotations = {}, ...more }: JsonObject,
): string {
  return `${JSON.stringify({ apiVersion, kind, metadata: { name, namespace, annotations }, ...more })}\n`
}
