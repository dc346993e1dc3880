import { join } from 'node:path'
import { LRUCache } from 'lru-cache'
import type { Budgets } from '../../model/budgets.ts'
import type { Fault } from '../../model/fault.ts'
import type { ProvenanceRule } from '../../model/provenance.ts'
import type { FileTree } from '../../model/snapshot.ts'
import type { SourceRules } from '../../model/source-rules.ts'
import {
  type ChartReference,
  describeTemplate,
  type RemoteReference,
  templateKey,
} from '../../model/template.ts'
import { Limit } from '../../support/concurrency/limit.ts'
import { retryDelay } from '../../support/concurrency/retry-delay.ts'
import { addressRule } from '../../support/exchange/address-rule.ts'
import { DownloadRoom } from '../../support/exchange/download-room.ts'
import type { Resolve } from '../../support/exchange/guarded-connector.ts'
import type { Trust } from '../../support/exchange/trust.ts'
import { processBudgets } from '../../support/memory/process-budgets.ts'
import type { GitRemote } from '../git/remote.ts'
import { type ChartPackage, Charts } from './charts/charts.ts'
import { PackageStore } from './charts/package-store.ts'
import { credentialsFor } from './credentials-for.ts'
import { GitRepositories } from './git/git-repositories.ts'
import { NETWORK_LIMITS, type NetworkLimits } from './network/limits.ts'
import { Network } from './network/network.ts'
import { permitsOf } from './permits.ts'
import { Provenance } from './provenance/provenance.ts'
import { asSourceFault, sourceFault } from './source-fault.ts'
import type { OnNote } from './source-note.ts'

export type { ChartPackage } from './charts/charts.ts'

/** Maximum number of concurrent fetches: a slow one gives its place to others. */
const FETCHES = { atOnce: 4, slow: { afterMs: 1_000, atOnce: 60 } }
/** Maximum number of references that are remembered, the ones used last. */
const REMEMBERED = 500

export interface SourcesOptions {
  /** Cache of fetched content, created when needed. Safe to delete while it is not in use. */
  readonly directory: string
  /** The repository whose documents name templates: its credentials apply to others of its origin. */
  readonly own?: GitRemote | undefined
  /** Where templates may be fetched from; absent: every public host. */
  readonly rules?: SourceRules | undefined
  /** Prefixes of repositories that the administrator names: those of the own origin get its credentials. */
  readonly vouched?: readonly string[] | undefined
  /** How host names are resolved; that of the system by default. */
  readonly resolve?: Resolve | undefined
  readonly onNote?: OnNote
  /** Called at each retry of a request or a fetch. */
  readonly onRetry?: (() => void) | undefined
  readonly limits?: Partial<NetworkLimits>
  /** CAs to trust beside those of Node. */
  readonly trust?: Trust | undefined
  /** By default those of this process. */
  readonly budgets?: Budgets | undefined
  /** Signatures that charts need; absent: none. */
  readonly provenance?: readonly ProvenanceRule[] | undefined
}

/** The files of a template, or the fault that makes them unavailable. */
export type Sourced = SourcedTree | { readonly fault: Fault }

interface SourcedTree extends FileTree {
  /** Of a packaged chart. */
  readonly package?: ChartPackage
}

/** State of one reference. */
interface Known {
  sourced: Promise<Sourced>
  /** Number of consecutive failures. */
  failures: number
  /** A failure is not retried before this time (performance.now()). */
  failedUntil?: number
  timer?: NodeJS.Timeout
}

/**
 * Templates outside the repository. Only requested templates are fetched, each content once. After a failure,
 * the first request after a delay fetches anew; `onNews` tells when the delay is over.
 */
export class TemplateSources implements AsyncDisposable {
  readonly #network: Network
  readonly #charts: Charts
  readonly #git: GitRepositories
  readonly #limits: NetworkLimits
  readonly #fetches = new Limit(FETCHES)
  /** By templateKey. */
  readonly #known = new LRUCache<string, Known>({
    max: REMEMBERED,
    dispose: ({ timer }) => clearTimeout(timer),
  })
  readonly #onNews = new Set<() => void>()

  /** @throws FaultError bad-proxy */
  constructor(options: SourcesOptions) {
    const {
      directory,
      own,
      onNote = () => {},
      onRetry = () => {},
      limits,
      trust,
      rules = {},
      resolve,
      budgets = processBudgets(),
      provenance = [],
    } = options
    const permits = permitsOf(rules)
    const guard = { rule: addressRule(rules.addresses ?? []), resolve }
    this.#limits = { ...NETWORK_LIMITS, ...limits }
    const room = new DownloadRoom(budgets.downloads)
    const network = new Network(this.#limits, onRetry, { trust, guard, room })
    this.#network = network
    const store = new PackageStore(directory)
    const proof = new Provenance(provenance, store)
    this.#charts = new Charts({ network, permits, store, budgets, onNote, provenance: proof })
    this.#git = new GitRepositories({
      directory: join(directory, 'git'),
      limits: this.#limits,
      credentialsFor: credentialsFor(own, options.vouched ?? rules.git ?? []),
      foreign: { guard: { ...guard, exempt: originOf(own) }, check: permits.git },
      onNote,
      onRetry,
      closed: network.closed,
      trust,
      budgets,
      room,
    })
  }

  /** Calls the listener when another request may give another answer. @returns a function that removes it */
  onNews(listener: () => void): () => void {
    this.#onNews.add(listener)
    return () => this.#onNews.delete(listener)
  }

  /**
   * The files of a template; '' is the top of a chart, or the root of a Git repository. Never rejects; the
   * tree itself rejects with a FaultError, which counts as a failure.
   */
  tree(reference: RemoteReference): Promise<Sourced> {
    return this.#ask(reference).sourced
  }

  /** The package of a chart, once its content was checked. Fails as the chart's tree does. */
  async package(chart: ChartReference): Promise<ChartPackage | { readonly fault: Fault }> {
    const sourced = await this.tree({ chart })
    if ('fault' in sourced) return sourced
    return sourced.package ?? { fault: sourceFault('unknown-template', describeTemplate({ chart })).fault }
  }

  /** The newest version in the range of a chart, as its source lists them now. Never rejects. */
  async newest(chart: ChartReference): Promise<string | { readonly fault: Fault }> {
    try {
      return await this.#fetches.run(() => this.#charts.newest(chart))
    } catch (error) {
      const { fault } = asSourceFault(error)
      return { fault: { ...fault, message: withName(fault.message, { chart }) } }
    }
  }

  /** Ends fetches under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#onNews.clear()
    this.#known.clear()
    await this.#network[Symbol.asyncDispose]()
    await this.#git[Symbol.asyncDispose]()
  }

  #ask(reference: RemoteReference): Known {
    const key = templateKey(reference)
    const known = this.#known.get(key)
    if (known && (known.failedUntil === undefined || performance.now() < known.failedUntil)) return known
    const asked: Known = { sourced: this.#fetch(reference, key), failures: known?.failures ?? 0 }
    this.#known.set(key, asked)
    return asked
  }

  async #fetch(reference: RemoteReference, key: string): Promise<Sourced> {
    try {
      const tree = await this.#fetches.run(() => this.#find(reference))
      const known = this.#known.peek(key)
      if (known) known.failures = 0
      return this.#watched(tree, reference, key)
    } catch (error) {
      return this.#failed(error, reference, key)
    }
  }

  #find(reference: RemoteReference): Promise<SourcedTree> {
    return 'chart' in reference ? this.#charts.tree(reference.chart) : this.#git.tree(reference.git)
  }

  /** Cached content may be gone when it is read: then it is fetched again. */
  #watched(tree: SourcedTree, reference: RemoteReference, key: string): SourcedTree {
    const watch = <Result>(reading: Promise<Result>): Promise<Result> =>
      reading.catch((error) => {
        const { fault } = this.#failed(error, reference, key)
        const known = this.#known.peek(key)
        if (known) known.sourced = Promise.resolve({ fault })
        throw asSourceFault(error)
      })
    const { package: packed } = tree
    return {
      readBlobs: (oids) => watch(tree.readBlobs(oids)),
      entriesBelow: (path) => watch(tree.entriesBelow(path)),
      ...(packed && { package: { ...packed, bytes: () => watch(packed.bytes()) } }),
    }
  }

  #failed(error: unknown, reference: RemoteReference, key: string): { readonly fault: Fault } {
    const { fault } = asSourceFault(error)
    const known = this.#known.peek(key)
    if (known && !this.#network.closed.aborted) {
      const { againAfterMs, againAtLatestMs } = this.#limits
      known.failures += 1
      const wait = retryDelay(known.failures, { firstMs: againAfterMs, longestMs: againAtLatestMs })
      known.failedUntil = performance.now() + wait
      clearTimeout(known.timer)
      known.timer = setTimeout(() => this.#tellNews(), wait + 1).unref()
    }
    return { fault: { ...fault, message: withName(fault.message, reference) } }
  }

  #tellNews(): void {
    for (const listener of this.#onNews) listener()
  }
}

/** The origin of the own repository, which the administrator wrote. */
function originOf(own: GitRemote | undefined): readonly string[] {
  const origin = own && URL.parse(own.url)?.origin
  return origin === undefined ? [] : [origin]
}

/** `title: details` with the template's name between them. */
function withName(message: string, reference: RemoteReference): string {
  const colon = message.indexOf(': ')
  const name = describeTemplate(reference)
  return colon < 0 ? `${message}: ${name}` : `${message.slice(0, colon)}: ${name}${message.slice(colon)}`
}
