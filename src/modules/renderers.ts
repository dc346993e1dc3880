import { hash } from 'node:crypto'
import { isChart, isKustomization } from '../declare/template-files.ts'
import { directoryOf } from '../declare/tree-path.ts'
import { type Fault, fault, type Location } from '../model/fault.ts'
import type { Snapshot, TreeEntry } from '../model/snapshot.ts'
import { describeTemplate, type Template, type TemplateReference, templateKey } from '../model/template.ts'
import { manifestRenderer } from '../render/manifests/manifest-renderer.ts'
import type { Renderer } from '../render/render.ts'

/** So many templates are kept ready that no commit at hand uses any more. */
const KEPT = 50

/** A template ready to be filled in, or what is wrong with it. */
export type Ready = Renderer | { readonly problem: (location: Location) => Fault }

/** Makes templates ready to be filled in, each content once. */
export class Renderers {
  /** By reference and digest, the one used last at the end. */
  readonly #ready = new Map<string, Promise<Ready>>()

  /** How a template of a commit is rendered. The same object for the same content. */
  async of(reference: TemplateReference, snapshot: Snapshot): Promise<Ready> {
    if (!('path' in reference) || 'git' in reference) return unknown(reference)
    const entries = await filesBelow(reference.path, snapshot)
    if (entries.length === 0) return unknown(reference)
    return this.#keep(`${templateKey(reference)} ${digestOf(entries)}`, () =>
      make(reference, entries, snapshot),
    )
  }

  #keep(key: string, make: () => Promise<Ready>): Promise<Ready> {
    const ready = this.#ready.get(key) ?? make()
    this.#ready.delete(key)
    this.#ready.set(key, ready)
    for (const oldest of this.#ready.keys()) {
      if (this.#ready.size <= KEPT) break
      this.#ready.delete(oldest)
    }
    ready.catch(() => this.#ready.delete(key)) // who asks again may have better luck
    return ready
  }
}

function unknown(reference: TemplateReference): Ready {
  return { problem: (location) => fault('unknown-template', describeTemplate(reference), { location }) }
}

async function filesBelow(path: string, snapshot: Snapshot): Promise<readonly TreeEntry[]> {
  return (await snapshot.entriesBelow(path)).filter(({ type }) => type === 'file')
}

async function make(
  reference: TemplateReference & { readonly path: string },
  entries: readonly TreeEntry[],
  snapshot: Snapshot,
): Promise<Ready> {
  const contents = await snapshot.readBlobs(entries.map(({ oid }) => oid))
  const files = entries.flatMap(({ path, oid }) => {
    const bytes = contents.get(oid)
    return bytes ? [[path, bytes] as const] : []
  })
  const directory = reference.path
  const template: Template = {
    kind: kindOf(directory, entries),
    reference,
    directory,
    digest: digestOf(entries),
    files: new Map(files),
  }
  if (template.kind === 'manifests') return manifestRenderer(template)
  return unknown(reference)
}

function kindOf(directory: string, entries: readonly TreeEntry[]): Template['kind'] {
  const top = entries.filter(({ path }) => directoryOf(path) === directory)
  if (top.some(({ path }) => isChart(path))) return 'helm'
  return top.some(({ path }) => isKustomization(path)) ? 'kustomize' : 'manifests'
}

function digestOf(entries: readonly TreeEntry[]): string {
  return hash('sha256', JSON.stringify(entries.map(({ path, oid }) => [path, oid])))
}
