import { YAMLException } from 'js-yaml'
import { FaultError, fault } from '../../model/fault.ts'
import { type CapturingKubeConfig, capturingKubeConfig } from './capturing-kube-config.ts'
import { importKubeConfig } from './import-kube-config.ts'

/**
 * Finds the configuration as kubectl does: the given file, else KUBECONFIG, else ~/.kube/config, else the
 * service account of the Pod that this process runs in.
 *
 * @throws FaultError `bad-kubeconfig`
 */
export async function loadKubeConfig(file?: string): Promise<CapturingKubeConfig> {
  const source = file ?? process.env.KUBECONFIG ?? '~/.kube/config'
  const Config = capturingKubeConfig(await importKubeConfig())
  const config = new Config()
  try {
    if (file === undefined) config.loadFromDefault()
    else config.loadFromFile(file)
  } catch (error) {
    throw badKubeConfig(`${source}: ${describe(error)}`)
  }
  const problem = problemOf(config)
  if (problem !== undefined) throw badKubeConfig(`${source}: ${problem}`)
  return config
}

/** The namespace of the Pod whose service account the configuration uses; undefined for any other. */
export function podNamespaceOf(config: CapturingKubeConfig): string | undefined {
  const context = config.getContextObject(config.getCurrentContext())
  if (context?.name !== 'inClusterContext' || context.cluster !== 'inCluster') return undefined
  return context.namespace?.trim() || undefined
}

/** Has no cause: the library's errors may quote the file, tokens included. */
export function badKubeConfig(details: string): FaultError {
  return new FaultError(fault('bad-kubeconfig', details))
}

function describe(error: unknown): string {
  if (error instanceof YAMLException)
    return `not valid YAML: ${error.reason} (line ${(error.mark?.line ?? 0) + 1})`
  if (error instanceof TypeError) return 'not a kubeconfig'
  return error instanceof Error ? error.message : String(error)
}

function problemOf(config: CapturingKubeConfig): string | undefined {
  const name = config.getCurrentContext()
  if (!name) return 'it has no current-context'
  const context = config.getContextObject(name)
  if (!context) return `its current-context ${name} is not among its contexts`
  const cluster = config.getCurrentCluster()
  if (!cluster) return `it has no cluster ${context.cluster}`
  if (!config.getCurrentUser()) return `it has no user ${context.user}`
  // loadFromDefault() makes this up if it finds nothing.
  if (name === 'loaded-context' && cluster.server === 'http://localhost:8080') return 'not found'
  return URL.canParse(cluster.server) ? undefined : `the cluster's server ${cluster.server} is not a URL`
}
