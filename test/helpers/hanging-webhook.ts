import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { selfSigned } from './certificate.ts'
import { apply } from './live.ts'

export interface HangingWebhook extends AsyncDisposable {
  /** How many requests it has taken and not answered. */
  readonly open: number
}

/**
 * Registers a validating webhook for what is written in a namespace; it fails closed, and its backend
 * takes requests and never answers.
 */
export async function startHangingWebhook(
  controlPlane: ControlPlane,
  namespace: string,
  timeoutSeconds: number,
  /** Of the objects that it is for; by default all of them. */
  labels: Readonly<Record<string, string>> = {},
): Promise<HangingWebhook> {
  const { certificate, key } = selfSigned('hanging')
  let open = 0
  const server = createServer({ cert: certificate, key }, (_request, response) => {
    open++
    response.once('close', () => open--)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const webhook = {
    name: `${namespace}.e2e.dev`,
    admissionReviewVersions: ['v1'],
    sideEffects: 'None',
    failurePolicy: 'Fail',
    timeoutSeconds,
    clientConfig: {
      url: `https://127.0.0.1:${port}/`,
      caBundle: Buffer.from(certificate).toString('base64'),
    },
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
    objectSelector: { matchLabels: labels },
    rules: [
      { apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], operations: ['*'], scope: 'Namespaced' },
    ],
  }
  const kind = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' }
  const configuration = { ...kind, metadata: { name: namespace }, webhooks: [webhook] }
  await apply(controlPlane, JSON.stringify(configuration))
  return {
    get open() {
      return open
    },
    async [Symbol.asyncDispose]() {
      await controlPlane.kubectl(['delete', kind.kind, namespace])
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
