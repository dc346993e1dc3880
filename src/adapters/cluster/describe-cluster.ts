import { loadKubeConfig } from './load-kube-config.ts'

export interface ClusterAddress {
  /** The kubeconfig's current context. */
  readonly context: string
  /** The API server's URL, without credentials. */
  readonly server: string
}

/**
 * The cluster that a kubeconfig points to, without a request to it.
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
