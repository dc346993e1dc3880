import { hash } from 'node:crypto'
import type { Engine } from '../engine/engine.ts'
import { openEngine } from '../engine/open-engine.ts'
import type { Decrypt } from '../model/decrypt.ts'
import { type Fault, FaultError, fault, type Location } from '../model/fault.ts'
import type { Snapshot, TreeEntry } from '../model/snapshot.ts'
import { describeTemplate, type Template, type TemplateReference, templateKey } from '../model/template.ts'
import { type ChartCluster, digestOfCluster, helmRenderer } from '../render/helm/helm-renderer.ts'
import { kustomizeRenderer } from '../render/kustomize/kustomize-renderer.ts'
import { manifestRenderer } from '../render/manifests/manifest-renderer.ts'
import type { Renderer } from '../render/render.ts'
import { NO_CLUSTER } from './chart-cluster.ts'
import { type TemplateEntries, templateEntries } from './template-entries.ts'

/** So many templates are kept ready that no commit at hand uses any more. */
const KEPT = 50

/** A template ready to be filled in, or what is wrong with it. */
export type Ready = Renderer | { readonly problem: (location: Location) => Fault }

export interface RenderersOptions {
  readonly decrypt: Decrypt
  /** What charts see of the cluster; without it they see one that holds nothing. */
  readonly cluster?: () => Promise<ChartCluster>
}

/** Makes templates ready to be filled in, each content once. */
export class Renderers implements AsyncDisposable {
  readonly #cluster: () => Promise<ChartCluster>
  /** By reference and digest, the one used last at the end. */
  readonly #ready = new Map<string, Promise<Ready>>()
  readonly #decrypt: Decrypt
  /** Opened when the first chart or overlay is to be rendered. */
  #engine: Promise<Engine> | undefined

  constructor({ decrypt, cluster = async () => NO_CLUSTER }: RenderersOptions) {
    this.#decrypt = decrypt
    this.#cluster = cluster
  }

  /** How a template of a commit is rendered. The same object for the same content. */
  async of(reference: TemplateReference, snapshot: Snapshot): Promise<Ready> {
    if (!('path' in reference) || 'git' in reference) return unknown(reference)
    const found = await templateEntries(reference.path, snapshot)
    if (found.entries.length === 0) return unknown(reference)
    const key = `${templateKey(reference)} ${digestOf(found.entries)}`
    const make = async () => this.#make(await read(reference, found, snapshot))
    const ready = await this.#keep(key, make)
    if (!('cluster' in ready) || ready.cluster === digestOfCluster(await this.#cluster())) return ready
    this.#ready.delete(key)
    return this.#keep(key, make)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const engine = await this.#engine?.catch(() => undefined)
    await engine?.[Symbol.asyncDispose]()
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
    ready.then((made) => 'isUndecryptable' in made && forget(), forget) // who asks again may have better luck
    return ready
  }

  async #make(template: Template): Promise<Ready> {
    if (template.kind === 'manifests') return manifestRenderer(template, this.#decrypt)
    try {
      const engine = await this.#open()
      if (template.kind === 'kustomize') return kustomizeRenderer(template, engine)
      return await helmRenderer(template, engine, await this.#cluster(), this.#decrypt)
    } catch (error) {
      if (!(error instanceof FaultError)) throw error
      return { problem: (location) => ({ ...error.fault, location }) }
    }
  }

  #open(): Promise<Engine> {
    this.#engine ??= openEngine()
    this.#engine.catch(() => {
      this.#engine = undefined
    })
    return this.#engine
  }
}

function unknown(reference: TemplateReference): Ready {
  return { problem: (location) => fault('unknown-template', describeTemplate(reference), { location }) }
}

async function read(
  reference: TemplateReference & { readonly path: string },
  { kind, entries }: TemplateEntries,
  { readBlobs }: Snapshot,
): Promise<Template> {
  const contents = await readBlobs(entries.map(({ oid }) => oid))
  const files = entries.flatMap(({ path, oid }) => {
    const bytes = contents.get(oid)
    return bytes ? [[path, bytes] as const] : []
  })
  return { kind, reference, directory: reference.path, digest: digestOf(entries), files: new Map(files) }
}

function digestOf(entries: readonly TreeEntry[]): string {
  return hash('sha256', JSON.stringify(entries.map(({ path, oid }) => [path, oid])))
}
