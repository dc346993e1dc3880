import { registerHooks } from 'node:module'
import type { KubeConfig } from '@kubernetes/client-node'

/** What config.js takes from the generated client; only its makeApiClient, unused here, needs it. */
const NO_GENERATED_CLIENT = `data:text/javascript,
export class ServerConfiguration {}
export function createConfiguration() { throw new Error('the generated client is not loaded') }`

/**
 * Imports the KubeConfig class of @kubernetes/client-node without the generated models of every
 * Kubernetes type, which would cost 45 MiB of memory and a third of a second at each start.
 */
export async function importKubeConfig(): Promise<typeof KubeConfig> {
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!isGeneratedClient(specifier, context.parentURL)) return nextResolve(specifier, context)
      return { url: NO_GENERATED_CLIENT, format: 'module', shortCircuit: true }
    },
  })
  try {
    const module = await import('@kubernetes/client-node/dist/config.js')
    return module.KubeConfig
  } finally {
    hooks.deregister()
  }
}

function isGeneratedClient(specifier: string, parentURL: string | undefined): boolean {
  return specifier === './gen/index.js' && !!parentURL?.endsWith('/@kubernetes/client-node/dist/config.js')
}
