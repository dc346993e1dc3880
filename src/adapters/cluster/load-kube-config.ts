import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { YAMLException } from 'js-yaml'
import { errorMessage } from '../../model/error-message.ts'
import { FaultError, fault } from '../../model/fault.ts'
import { type CapturingKubeConfig, capturingKubeConfig } from './capturing-kube-config.ts'
import { useEnvironmentProxy } from './environment-proxy.ts'
import { importKubeConfig } from './import-kube-config.ts'

/**
 * Finds the configuration as kubectl does: the given file, else KUBECONFIG, else ~/.kube/config, else the
 * service account of the Pod that this process runs in.
 *
 * @throws FaultError `bad-kubeconfig`, `bad-proxy`
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
  const problem = problemOf(config) ?? (await unreadableFile(config))
  if (problem !== undefined) throw badKubeConfig(`${source}: ${problem}`)
  useEnvironmentProxy(config)
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
  return errorMessage(error)
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
  if (!/^https?:$/.test(URL.parse(cluster.server)?.protocol ?? ''))
    return `the cluster's server ${cluster.server} is not a URL of http:// or https://`
  return isProxy(cluster.proxyUrl)
    ? undefined
    : "the cluster's proxy-url is not a URL such as http://HOST:PORT"
}

function isProxy(url: string | undefined): boolean {
  return !url || /^(?:https?|socks\w*):$/.test(URL.parse(url)?.protocol ?? '')
}

/** A file that the configuration names and that cannot be read. */
async function unreadableFile(config: CapturingKubeConfig): Promise<string | undefined> {
  const cluster = config.getCurrentCluster()
  const user = config.getCurrentUser()
  const token: unknown = user?.authProvider?.name === 'tokenFile' && user.authProvider.config.tokenFile
  const files: readonly (readonly [string, unknown])[] = [
    ['certificate-authority', cluster?.caFile],
    ['client-certificate', user?.certFile],
    ['client-key', user?.keyFile],
    ['tokenFile', token],
  ]
  for (const [key, file] of files) {
    if (typeof file !== 'string' || file === '') continue
    const problem = await access(file, constants.R_OK).catch((error: NodeJS.ErrnoException) => error)
    if (problem) return `its ${key} ${file} cannot be read (${problem.code})`
  }
  return undefined
}
