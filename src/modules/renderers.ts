import { hash } from 'node:crypto'
import type { Engine } from '../engine/engine.ts'
import { openEngine } from '../engine/open-engine.ts'
import type { Decrypt } from '../model/decrypt.ts'
import { type Fault, FaultError, fault, type Location } from '../model/fault.ts'
import type { FileTree, Snapshot, TreeEntry } from '../model/snapshot.ts'
import {
  describeTemplate,
  isRemote,
  type RemoteReference,
  type Template,
  type TemplateReference,
  templateKey,
} from '../model/template.ts'
import { type ChartCluster, digestOfCluster, helmRenderer } from '../render/helm/helm-renderer.ts'
import { kustomizeRenderer } from '../render/kustomize/kustomize-renderer.ts'
import { manifestRenderer } from '../render/manifests/manifest-renderer.ts'
import type { Renderer } from '../render/render.ts'
import type { Sourced, TemplateSources } from '../source/template-sources.ts'
import { NO_CLUSTER } from './chart-cluster.ts'
import { type TemplateEntries, templateEntries } from './template-entries.ts'

/** So many templates are kept ready that no commit at hand uses any more. */
const KEPT = 50

/** A template ready to be filled in, or what is wrong with it. */
export type Ready = Renderer | Unready

interface Unready {
  readonly problem: (location: Location) => Fault
  /** It is the machine's, not the template's: it may be gone when somebody asks again. */
  readonly isPassing?: true
}

export interface RenderersOptions {
  readonly decrypt: Decrypt
  /** What charts see of the cluster; without it they see one that holds nothing. */
  readonly cluster?: () => Promise<ChartCluster>
  /** Templates that are somewhere else; without it there are none. */
  readonly sources?: TemplateSources
  /** For how long one that is somewhere else is waited for; without it until it is here or fails. */
  readonly patienceMs?: number
}

/** Makes templates ready to be filled in, each content once. */
export class Renderers implements AsyncDisposable {
  readonly #options: RenderersOptions
  /** By reference and digest, the one used last at the end. */
  readonly #ready = new Map<string, Promise<Ready>>()
  /** Opened when the first chart or overlay is to be rendered. */
  #engine: Promise<Engine> | undefined

  constructor(options: RenderersOptions) {
    this.#options = options
  }

  /** How a template of a commit is rendered. The same object for the same content. */
  async of(reference: TemplateReference, snapshot: Snapshot): Promise<Ready> {
    if (!isRemote(reference)) return this.#from(snapshot, reference)
    const tree = await this.#remote(reference)
    if ('fault' in tree) return this.#problem(tree.fault, reference)
    try {
      return await this.#from(tree, reference)
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      return this.#problem(error.fault, reference)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const engine = await this.#engine?.catch(() => undefined)
    await engine?.[Symbol.asyncDispose]()
  }

  async #remote(reference: RemoteReference): Promise<Sourced> {
    const { sources, patienceMs } = this.#options
    return sources?.tree(reference, patienceMs) ?? { fault: unknown(reference) }
  }

  async #from(tree: FileTree, reference: TemplateReference): Promise<Ready> {
    const found = await templateEntries(pathOf(reference), tree)
    if (found.entries.length === 0) return this.#problem(unknown(reference), reference)
    const key = `${templateKey(reference)} ${digestOf(found.entries)}`
    const make = async () => this.#make(await read(reference, found, tree))
    const ready = await this.#keep(key, make)
    if (!('cluster' in ready) || ready.cluster === digestOfCluster(await this.#cluster())) return ready
    this.#ready.delete(key)
    return this.#keep(key, make)
  }

  #problem(found: Fault, reference: TemplateReference): Promise<Ready> {
    const problem = (location: Location): Fault => ({ ...found, location })
    return this.#keep(`${templateKey(reference)} ${found.message}`, async () => ({ problem }))
  }

  #keep(key: string, make: () => Promise<Ready>): Promise<Ready> {
    const ready = this.#ready.get(key) ?? make()
    this.#ready.delete(key)
    this.#ready.set(key, ready)
    for (const oldest of this.#ready.keys()) {
      if (this.#ready.size <= KEPT) break
      this.#ready.delete(oldest)
    }
    const forget = () => this.#ready.get(key) === ready && this.#ready.delete(key)
    const mayChange = (made: Ready) => 'isUndecryptable' in made || 'isPassing' in made
    ready.then((made) => mayChange(made) && forget(), forget) // who asks again may have better luck
    return ready
  }

  async #make(template: Template): Promise<Ready> {
    const { decrypt } = this.#options
    if (template.kind === 'manifests') return manifestRenderer(template, decrypt)
    try {
      const engine = await this.#open()
      if (template.kind === 'kustomize') return kustomizeRenderer(template, engine)
      return await helmRenderer(template, engine, await this.#cluster(), decrypt)
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      return { problem: (location) => ({ ...error.fault, location }), isPassing: true }
    }
  }

  async #cluster(): Promise<ChartCluster> {
    return this.#options.cluster?.() ?? NO_CLUSTER
  }

  #open(): Promise<Engine> {
    this.#engine ??= openEngine()
    this.#engine.catch(() => {
      this.#engine = undefined
    })
    return this.#engine
  }
}

function unknown(reference: TemplateReference): Fault {
  return fault('unknown-template', describeTemplate(reference))
}

/** Where the template is in its tree. */
function pathOf(reference: TemplateReference): string {
  return 'chart' in reference ? '' : reference.path
}

async function read(
  reference: TemplateReference,
  { kind, entries }: TemplateEntries,
  { readBlobs }: FileTree,
): Promise<Template> {
  const contents = await readBlobs(entries.map(({ oid }) => oid))
  const top = topOf(reference)
  const files = entries.flatMap(({ path, oid }) => {
    const bytes = contents.get(oid)
    return bytes ? [[`${top}${path}`, bytes] as const] : []
  })
  const directory = `${top}${pathOf(reference)}`.replace(/\/$/, '')
  return { kind, reference, directory, digest: digestOf(entries), files: new Map(files) }
}

/**
 * What comes before the paths of a tree, so that no message takes a file of another repository for one of
 * this one: `git.example.com/team/templates@1a2b3c4/`, `chat-1.0.0.tgz/`.
 */
function topOf(reference: TemplateReference): string {
  if ('chart' in reference) return `${reference.chart.name}-${reference.chart.version}.tgz/`
  if (!isRemote(reference)) return ''
  const { url, commit } = reference.git
  return `${url.replace(/^https?:\/\//, '').replace(/(?:\.git)?\/*$/, '')}@${commit.slice(0, 7)}/`
}

function digestOf(entries: readonly TreeEntry[]): string {
  return hash('sha256', JSON.stringify(entries.map(({ path, oid }) => [path, oid])))
}
