import { LRUCache } from 'lru-cache'
import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { ApiError, ConnectionError } from '../../adapters/cluster/api-error.ts'
import type { Engine } from '../../adapters/engine/engine.ts'
import { openEngine } from '../../adapters/engine/open-engine.ts'
import { PROVENANCE_FAULTS } from '../../adapters/source/source-fault.ts'
import type { Budgets } from '../../model/budgets.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import { didYouMean } from '../../model/did-you-mean.ts'
import { describeFault, type Fault, FaultError, fault, type Location } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import { type FileTree, placedAt, type Snapshot, type TreeEntry } from '../../model/snapshot.ts'
import {
  describeTemplate,
  isRemote,
  type RemoteReference,
  type Template,
  type TemplateReference,
  templateKey,
} from '../../model/template.ts'
import type { IsValuesFile } from '../../stages/declare/fleet/values-paths.ts'
import { NO_CLUSTER } from '../../stages/live/chart-cluster.ts'
import { type ChartCluster, digestOfCluster } from '../../stages/render/helm/chart-cluster.ts'
import { ChartFiles } from '../../stages/render/helm/chart-files.ts'
import { helmRenderer } from '../../stages/render/helm/helm-renderer.ts'
import { kustomizeRenderer } from '../../stages/render/kustomize/kustomize-renderer.ts'
import { listedTree } from '../../stages/render/listed-tree.ts'
import { manifestRenderer } from '../../stages/render/manifests/manifest-renderer.ts'
import { OverlayFiles } from '../../stages/render/overlay-files.ts'
import type { Renderer } from '../../stages/render/renderer.ts'
import { type TemplateEntries, templateEntries } from '../../stages/render/template-entries.ts'
import { Limit } from '../../support/concurrency/limit.ts'
import { processBudgets } from '../../support/memory/process-budgets.ts'
import type { Sources } from './asked-sources.ts'
import { LockedVersions, type Unlocked } from './locked-versions.ts'
import { digestOf, pathOf, readTemplateFiles, sizeOf } from './read-template-files.ts'
import { withBases } from './with-bases.ts'
import { type TemplateFiles, withPackages } from './with-packages.ts'

/** Maximum number of prepared templates in the cache. */
const KEPT = 1000
/** One whose files come slowly gives its place to others. */
const MAKING = { atOnce: 1, slow: { afterMs: 1_000, atOnce: 3 } }

/** Faults of what a template of the repository needs from elsewhere. */
const OUTSIDE: ReadonlySet<FaultCode> = new Set([
  'render-unavailable',
  'source-not-allowed',
  'source-address-refused',
  'template-unavailable',
  'template-digest',
  'unknown-template',
  'bad-template',
  ...PROVENANCE_FAULTS,
  'template-too-large',
  'chart-index-too-large',
])

/** A template ready to be filled in, or its failure. */
export type PreparedTemplate = Renderer | TemplateFailure

export interface TemplateFailure {
  readonly problem: (location: Location) => Fault
  /** The failure is the machine's, not the template's: a retry may succeed. */
  readonly isPassing?: true
}

/** A template of a commit. */
export interface FoundTemplate {
  /** Same text for the same content. */
  readonly content: string
  /** The content alone decides how it is rendered, whatever the cluster and the keys. */
  readonly isSteady?: true
  /** Prepares the template, however long that takes. Same object for the same content. */
  readonly ready: () => Promise<PreparedTemplate>
}

export interface RenderersOptions {
  readonly decrypt: Decrypt
  /** The cluster as charts see it; an empty one by default. */
  readonly cluster?: () => Promise<ChartCluster>
  /** Remote templates; none by default. */
  readonly sources?: Sources
  /** Prefixes of the repositories that bases of overlays may come from; none by default. */
  readonly remoteBases?: readonly string[] | undefined
  /** By default those of this process. */
  readonly budgets?: Budgets
  /** Opens a renderer program that others share and close; by default one of its own. */
  readonly engine?: () => Promise<Engine>
}

/** Prepares templates to be filled in, each content once. */
export class Renderers implements AsyncDisposable {
  /** The branch that proposes versions of ranges that have none; undefined where no branch does. */
  lockBranch: string | undefined
  readonly #options: RenderersOptions
  /** By reference and digest. */
  readonly #ready: LRUCache<string, Promise<PreparedTemplate>>
  readonly #budgets: Budgets
  readonly #making = new Limit(MAKING)
  readonly #collectors = { charts: new ChartFiles(), overlays: new OverlayFiles() }
  readonly #locks = new LockedVersions()
  readonly #trees = new WeakMap<Snapshot, FileTree>()
  /** Opened to render the first chart or overlay. */
  #engine: Promise<Engine> | undefined

  constructor(options: RenderersOptions) {
    const { budgets = processBudgets() } = options
    this.#options = options
    this.#budgets = budgets
    this.#ready = new LRUCache({ max: KEPT, maxSize: budgets.templates })
  }

  /**
   * Renderer of a commit's template. Same object for the same content.
   * @param isValuesFile whether documents of the commit name a file as one of values
   */
  async of(
    reference: TemplateReference,
    snapshot: Snapshot,
    isValuesFile: IsValuesFile = () => false,
  ): Promise<PreparedTemplate> {
    const { ready } = await this.find(reference, snapshot, isValuesFile)
    return ready()
  }

  /** Identifies the content of a commit's template without asking another server. */
  async find(
    declared: TemplateReference,
    snapshot: Snapshot,
    isValuesFile: IsValuesFile,
  ): Promise<FoundTemplate> {
    const reference = await this.#locks.exact(declared, snapshot)
    if ('unlocked' in reference) {
      const content = `${templateKey(declared)} ${reference.fault ? describeFault(reference.fault) : 'unlocked'}`
      return { content, ready: () => this.#keep(content, () => this.#unlocked(reference)) }
    }
    const key = templateKey(reference)
    if (isRemote(reference))
      return { content: key, ready: () => this.#orProblem(reference, () => this.#fromElsewhere(reference)) }
    const tree = this.#treeOf(snapshot)
    const found = await templateEntries(pathOf(reference), tree, this.#collectors, isValuesFile)
    const ready = () =>
      this.#orProblem(reference, () => this.#from({ found, tree }, reference, snapshot.root))
    const content = `${key} ${digestOf(found)}`
    return { content, ready, ...(isSteady(found, pathOf(reference)) && { isSteady: true }) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // An engine that failed to open needs no closing, and its caller got the error.
    const engine = await this.#engine?.catch(() => undefined)
    await engine?.[Symbol.asyncDispose]()
  }

  /** The same object for the same snapshot. */
  #treeOf(snapshot: Snapshot): FileTree {
    const tree = this.#trees.get(snapshot) ?? listedTree(snapshot)
    this.#trees.set(snapshot, tree)
    return tree
  }

  /** Failures of remote templates and of the cluster affect only the installations made from them. */
  async #orProblem(
    reference: TemplateReference,
    make: () => Promise<PreparedTemplate>,
  ): Promise<PreparedTemplate> {
    try {
      return await make()
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      if (!isRemote(reference) && !OUTSIDE.has(error.fault.code)) throw error
      return this.#problem(error.fault, reference)
    }
  }

  async #fromElsewhere(reference: RemoteReference): Promise<PreparedTemplate> {
    const tree = await this.#options.sources?.tree(reference)
    if (tree === undefined) return this.#problem(unknown(reference), reference)
    if ('fault' in tree) return this.#problem(tree.fault, reference)
    const found = await templateEntries(pathOf(reference), tree, this.#collectors, () => false)
    return this.#from({ found, tree }, reference)
  }

  async #from(files: TemplateFiles, reference: TemplateReference, root = ''): Promise<PreparedTemplate> {
    const { sources, remoteBases: allowed = [] } = this.#options
    const { overlays } = this.#collectors
    const { found, tree } = await withPackages(
      await withBases(files, { sources, overlays, allowed }),
      sources,
    )
    if (found.entries.length === 0)
      return this.#problem(unknown(reference, await tree.entriesBelow('')), reference)
    const why = found.faults.map(describeFault)
    const key = JSON.stringify([templateKey(reference), digestOf(found), ...why])
    const make = () =>
      this.#make(found.kind, async () => {
        const { templateFiles: maxBytes } = this.#budgets
        return readTemplateFiles(reference, found, tree, { root, maxBytes })
      })
    const ready = await this.#keep(key, make)
    if (!('cluster' in ready) || ready.cluster === digestOfCluster(await this.#cluster())) return ready
    this.#ready.delete(key)
    return this.#keep(key, make)
  }

  /** The version is asked for once: the fault stays the same from commit to commit. */
  async #unlocked({ unlocked: chart, fault: found }: Unlocked): Promise<PreparedTemplate> {
    if (found) return { problem: () => found }
    const newest = await this.#options.sources?.newest(chart)
    const would = typeof newest === 'string' ? `, which would be ${newest}` : ''
    const details = `${describeTemplate({ chart })}${would}`
    return { problem: (location) => unlockedFault(details, location, this.lockBranch) }
  }

  #problem(found: Fault, reference: TemplateReference): Promise<PreparedTemplate> {
    const problem = (location: Location): Fault => ({ ...found, location })
    return this.#keep(`${templateKey(reference)} ${found.message}`, async () => ({ problem }))
  }

  #keep(key: string, make: () => Promise<PreparedTemplate>): Promise<PreparedTemplate> {
    const known = this.#ready.get(key)
    if (known) return known
    const ready = make()
    this.#ready.set(key, ready, { size: 1 })
    const forget = () => this.#ready.peek(key) === ready && this.#ready.delete(key)
    const keep = (made: PreparedTemplate) => {
      // Asking again may succeed; and the size of a known value is not changed by setting it.
      if (forget() && !mayChange(made)) this.#ready.set(key, ready, { size: 1 + sizeOfMade(made) })
    }
    ready.then(keep, forget)
    return ready
  }

  /** Templates are read one after the other: their files take memory before anything counts them. */
  async #make(kind: Template['kind'], read: () => Promise<Template>): Promise<PreparedTemplate> {
    const renderer = await this.#rendererOf(kind)
    if ('problem' in renderer) return renderer
    return this.#making.run(async () => {
      const template = await read()
      return { ...(await renderer.make(template)), size: sizeOf(template) }
    })
  }

  async #rendererOf(
    kind: Template['kind'],
  ): Promise<TemplateFailure | { readonly make: (template: Template) => Promise<Renderer> }> {
    const { decrypt } = this.#options
    if (kind === 'manifests') return { make: (template) => manifestRenderer(template, decrypt) }
    try {
      const engine = await (this.#options.engine?.() ?? this.engine())
      if (kind === 'kustomize') return { make: (template) => kustomizeRenderer(template, engine, decrypt) }
      const cluster = await this.#cluster()
      return { make: (template) => helmRenderer(template, engine, cluster, decrypt) }
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      return { problem: (location) => ({ ...error.fault, location }), isPassing: true }
    }
  }

  /** @throws FaultError render-unavailable, if the API server does not describe the cluster */
  async #cluster(): Promise<ChartCluster> {
    try {
      return (await this.#options.cluster?.()) ?? NO_CLUSTER
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof ConnectionError)) throw error
      throw new FaultError(fault('render-unavailable', anyFault(error).message), { cause: error })
    }
  }

  /** The program that renders charts and overlays, opened when it is first needed. */
  engine(): Promise<Engine> {
    this.#engine ??= openEngine()
    // the caller gets the error, the next one asks anew
    this.#engine.catch(() => {
      this.#engine = undefined
    })
    return this.#engine
  }
}

/** Keys may change the defaults of an overlay; a remote base may be unavailable. */
function isSteady({ kind, entries, bases }: TemplateEntries, directory: string): boolean {
  const defaults = placedAt(directory, 'values.yaml')
  return kind === 'kustomize' && bases.length === 0 && entries.every(({ path }) => path !== defaults)
}

function unlockedFault(details: string, location: Location, branch: string | undefined): Fault {
  const found = fault('unlocked-version', details, { location })
  if (branch === undefined) return found
  return { ...found, remedy: `merge the branch ${branch}, once Reeve has pushed it; or ${found.remedy}` }
}

function unknown(reference: TemplateReference, entries: readonly TreeEntry[] = []): Fault {
  const directories = entries.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/'))))
  const meant = didYouMean(pathOf(reference), [...new Set(directories)])
  return fault('unknown-template', `${describeTemplate(reference)}${meant}`)
}

/** Whether the same template may be prepared otherwise another time. */
function mayChange(made: PreparedTemplate): boolean {
  return 'isUndecryptable' in made || 'isPassing' in made
}

/** About the memory that a prepared template takes, in bytes. */
export function sizeOfMade(template: PreparedTemplate): number {
  return 'size' in template ? (template.size ?? 0) : 0
}
