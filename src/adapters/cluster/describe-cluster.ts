import { loadKubeConfig } from './load-kube-config.ts'

export interface ClusterAddress {
  /** The kubeconfig's current context. */
  readonly context: string
  /** The API server's URL, without credentials. */
  readonly server: string
}

/**
 * Which cluster a kubeconfig leads to, without asking it.
 * @throws FaultError `bad-kubeconfig`
 */
export async function describeCluster(kubeconfig: string | undefined): Promise<ClusterAddress> {
  const config = await loadKubeConfig(kubeconfig)
  return {
    context: config.getCurrentContext(),
    server: withoutCredentials(config.getCurrentCluster()?.server),
  }
}

function withoutCredentials(server = ''): string {
  if (!URL.canParse(server)) return ''
  const { origin, pathname } = new URL(server)
  return pathname === '/' ? origin : `${origin}${pathname}`
}
