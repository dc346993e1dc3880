import { ClusterClient, type ClusterClientOptions } from './client.ts'
import { Discovery } from './discovery.ts'
import { loadKubeConfig, podNamespaceOf } from './load-kube-config.ts'

/** `confirm` runs before each write and forbids it by throwing; `doubt` runs after an unanswered request. */
export interface WriteGuard {
  confirm(): void | Promise<void>
  doubt(): void
}

export type ClusterOptions = Omit<ClusterClientOptions, 'beforeWrite' | 'onExchange'>

/** One cluster: the connection to its API server, and the kinds that it serves. */
export class Cluster implements AsyncDisposable {
  /** Set while only one process may write. */
  guard: WriteGuard | undefined
  readonly client: ClusterClient
  readonly discovery: Discovery
  /** The namespace of the Pod that this process runs in, if it uses that Pod's service account. */
  #podNamespace: string | undefined
  #version: Promise<string> | undefined

  private constructor(kubeconfig: string | undefined, options: ClusterOptions) {
    const load = async () => {
      const config = await loadKubeConfig(kubeconfig)
      this.#podNamespace = podNamespaceOf(config)
      return config
    }
    this.client = new ClusterClient(load, {
      ...options,
      beforeWrite: () => this.guard?.confirm(),
      onExchange: ({ code }) => {
        if (code === 0) this.guard?.doubt()
      },
    })
    this.discovery = new Discovery(this.client)
  }

  /**
   * Connects, and discovers the kinds that the server serves.
   * @param kubeconfig path; by default the usual places apply
   * @param signal ends the attempt
   * @throws FaultError if there is no configuration; ApiError, ConnectionError
   */
  static async connect(
    kubeconfig: string | undefined,
    options: ClusterOptions = {},
    signal?: AbortSignal,
  ): Promise<Cluster> {
    await using connecting = new AsyncDisposableStack()
    const cluster = connecting.use(new Cluster(kubeconfig, options))
    const end = () => void cluster.client[Symbol.asyncDispose]()
    signal?.addEventListener('abort', end)
    try {
      await cluster.discovery.kinds()
    } finally {
      signal?.removeEventListener('abort', end)
    }
    connecting.move()
    return cluster
  }

  get podNamespace(): string | undefined {
    return this.#podNamespace
  }

  /** The API server's version, such as `v1.36.3`, read at the first call. */
  version(): Promise<string> {
    this.#version ??= this.client
      .raw('GET', '/version')
      .then(({ body }) => String(JSON.parse(body).gitVersion))
    this.#version.catch(() => {
      this.#version = undefined // the next call tries again
    })
    return this.#version
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]()
  }
}
