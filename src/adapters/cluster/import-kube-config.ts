import { registerHooks } from 'node:module'
import type { KubeConfig } from '@kubernetes/client-node'

/**
 * Imports the KubeConfig class of @kubernetes/client-node without the generated models of every Kubernetes
 * type, which would cost 45 MiB of memory and a third of a second at each start. The bundle leaves them out
 * already (src/support/package/bundle.ts).
 */
export async function importKubeConfig(): Promise<typeof KubeConfig> {
  const url = new URL('no-generated-client.ts', import.meta.url).href
  const hooks = registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!isGeneratedClient(specifier, context.parentURL)) return nextResolve(specifier, context)
      return { url, shortCircuit: true }
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
