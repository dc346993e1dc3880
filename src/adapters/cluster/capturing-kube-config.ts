import type { AgentOptions } from 'node:https'
import { isAbsolute, join } from 'node:path'
import type { Cluster, KubeConfig } from '@kubernetes/client-node'
import type { DispatcherOptions } from '@kubernetes/client-node/dist/config.js'
import { load } from 'js-yaml'
import { isJsonArray, isJsonObject } from '../../model/json.ts'
import { trustedCertificates } from '../../support/exchange/trust.ts'

/** A KubeConfig that exposes how to connect instead of making a dispatcher for every request. */
export interface CapturingKubeConfig extends KubeConfig {
  /** TLS options and proxy of the last applySecurityAuthentication(). */
  readonly dispatcherOptions: DispatcherOptions | undefined
}

/**
 * KubeConfig with what it lacks: `tokenFile` of a user (client-go's clientcmd, token file re-read when it
 * changes) and clusters at plain http:// addresses, such as that of `kubectl proxy`.
 */
export function capturingKubeConfig(Base: typeof KubeConfig): new () => CapturingKubeConfig {
  return class extends Base {
    dispatcherOptions: DispatcherOptions | undefined

    override loadFromString(...args: Parameters<KubeConfig['loadFromString']>): void {
      super.loadFromString(...args)
      const files = tokenFilesIn(load(args[0]))
      this.users = this.users.map((user) => withTokenFile(user, files.get(user.name)))
    }

    override makePathsAbsolute(root: string): void {
      super.makePathsAbsolute(root)
      for (const { authProvider } of this.users) {
        if (authProvider?.name === 'tokenFile')
          authProvider.config.tokenFile = absolute(root, authProvider.config.tokenFile)
      }
    }

    override createDispatcherOptions(cluster: Cluster | null, tls: AgentOptions): DispatcherOptions {
      const plain = cluster?.server.startsWith('http:') === true
      const options = super.createDispatcherOptions(
        plain && cluster !== null ? { ...cluster, skipTLSVerify: true } : cluster,
        withTrust(tls),
      )
      this.dispatcherOptions = options
      // The library makes the dispatcher for SOCKS; makeDispatcher() makes the others, with keep-alive.
      return options.type === 'socks' ? options : { type: 'none' }
    }
  }
}

/** A kubeconfig without a CA relies on those of the system, as Go programs read them. */
function withTrust(tls: AgentOptions): AgentOptions {
  if (tls.ca !== undefined || tls.rejectUnauthorized === false) return tls
  const ca = trustedCertificates()
  return ca === undefined ? tls : { ...tls, ca: [...ca] }
}

type User = KubeConfig['users'][number]

function withTokenFile(user: User, tokenFile: string | undefined): User {
  if (tokenFile === undefined) return user
  const { token: _replaced, ...rest } = user
  return { ...rest, authProvider: { name: 'tokenFile', config: { tokenFile } } }
}

function tokenFilesIn(config: unknown): ReadonlyMap<string, string> {
  const users = isJsonObject(config) && isJsonArray(config.users) ? config.users : []
  return new Map(
    users.flatMap((entry): [string, string][] => {
      if (!isJsonObject(entry) || !isJsonObject(entry.user)) return []
      const { name, user } = entry
      return typeof name === 'string' && typeof user.tokenFile === 'string' ? [[name, user.tokenFile]] : []
    }),
  )
}

function absolute(root: string, file: string): string {
  return isAbsolute(file) ? file : join(root, file)
}
