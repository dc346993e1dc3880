import type { OnUnforeseen } from '../model/contained.ts'
import type { Decrypt } from '../model/decrypt.ts'
import type { Installation } from '../model/installation.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { render } from '../render/render.ts'
import { type Declared, type DeclaredTree, declareTree } from './declare-tree.ts'
import { isUnavailable, renderingOf } from './fleet.ts'
import { Promptly } from './promptly.ts'
import type { Renderers } from './renderers.ts'

/** So many commits' trees are kept; a base is mostly of the commit before. */
const COMMITS_KEPT = 4
/** So long a round of work waits for the base of a merge, in milliseconds. */
const BASE_PATIENCE_MS = 10_000

export interface HistorySource {
  /** A commit; undefined where the commit can't be had. */
  readonly snapshotAt: (commit: string) => Promise<Snapshot | undefined>
  readonly renderers: Renderers
  readonly decrypt: Decrypt
  readonly onUnforeseen: OnUnforeseen
  /** Of namespaced objects that name none. */
  readonly namespace: string
  /** What was read of the commit that the fleet is at: most files are the same. */
  readonly known: () => DeclaredTree | undefined
}

interface Past {
  readonly snapshot: Promise<Snapshot | undefined>
  /** By the installation's id; made when it is first wanted. */
  declared?: Promise<ReadonlyMap<string, Declared>>
  readonly rendered: Map<string, Promise<Installation | undefined>>
}

/** What earlier commits declared, rendered again from Git when it is wanted. */
export class History {
  readonly #source: HistorySource
  readonly #past = new Map<string, Past>()
  readonly #bases = new Promptly<Installation | undefined>()

  constructor(source: HistorySource) {
    this.#source = source
  }

  /** The installation of that id as a commit declared it; undefined where the commit or the installation is gone. */
  async installationAt(commit: string, id: string): Promise<Installation | undefined> {
    const { rendered } = this.#at(commit)
    const known = rendered.get(id)
    if (known) return known
    const made = this.#render(this.#at(commit), id)
    rendered.set(id, made)
    const forget = () => rendered.delete(id) // who asks again may have better luck
    made.then((installation) => installation && isUnavailable(installation) && forget(), forget)
    return made
  }

  /**
   * The same for the base of a merge, which is done without where it takes long: where the template is
   * somewhere else, say, and does not come.
   */
  baseAt(commit: string, id: string): Promise<Installation | undefined> {
    const key = `${commit} ${id}`
    return this.#bases.ask(key, BASE_PATIENCE_MS, () => this.installationAt(commit, id))
  }

  /** Forgets all: with other keys more of it may be read. */
  forget(): void {
    this.#past.clear()
  }

  /** The text of a file below the Repository's path as a commit has it; undefined where that can't be had. */
  async textAt(commit: string, file: string): Promise<string | undefined> {
    const snapshot = await this.#at(commit).snapshot
    const entry = snapshot?.entries.find(({ path, type }) => path === file && type === 'file')
    if (snapshot === undefined || entry === undefined) return undefined
    const bytes = (await snapshot.readBlobs([entry.oid])).get(entry.oid)
    return bytes && new TextDecoder().decode(bytes)
  }

  #at(commit: string): Past {
    const past = this.#past.get(commit) ?? this.#open(commit)
    this.#past.delete(commit)
    this.#past.set(commit, past)
    for (const oldest of this.#past.keys()) {
      if (this.#past.size <= COMMITS_KEPT) break
      this.#past.delete(oldest)
    }
    return past
  }

  #open(commit: string): Past {
    const snapshot = this.#source.snapshotAt(commit)
    snapshot.catch(() => this.#past.delete(commit)) // who asks again may have better luck
    return { snapshot, rendered: new Map() }
  }

  #declaredIn(past: Past, snapshot: Snapshot): Promise<ReadonlyMap<string, Declared>> {
    const declared = past.declared ?? declareTree(snapshot, this.#source, this.#source.known()).then(byId)
    past.declared = declared
    declared.catch(() => delete past.declared)
    return declared
  }

  async #render(past: Past, id: string): Promise<Installation | undefined> {
    const snapshot = await past.snapshot
    if (snapshot === undefined) return undefined
    const declared = (await this.#declaredIn(past, snapshot)).get(id)
    if (declared === undefined) return undefined
    const { template } = declared.declaration
    const ready = template && (await this.#source.renderers.of(template.reference, snapshot))
    return render(declared.declaration, ready && renderingOf(ready, declared), this.#source.namespace)
  }
}

/** By id. */
function byId({ declarations }: DeclaredTree): ReadonlyMap<string, Declared> {
  return new Map([...declarations.values()].map((declared) => [declared.declaration.id, declared]))
}

/** Whether an installation lacks something that is encrypted. */
export function isUndecryptable(installation: Installation | undefined): boolean {
  return installation?.faults.some(({ code }) => code === 'undecryptable') ?? false
}
