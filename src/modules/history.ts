import type { Decrypt } from '../model/decrypt.ts'
import type { Installation } from '../model/installation.ts'
import { isWhole, type Revision } from '../model/revision.ts'
import type { Snapshot } from '../model/snapshot.ts'
import { render } from '../render/render.ts'
import { type Declared, type DeclaredTree, declareTree } from './declare-tree.ts'
import { renderingOf } from './fleet.ts'
import type { Renderers } from './renderers.ts'

/** So many commits' trees are kept; a base is mostly of the commit before. */
const COMMITS_KEPT = 4

export interface HistorySource {
  /** A commit; undefined where the commit can't be had. */
  readonly snapshotAt: (commit: string) => Promise<Snapshot | undefined>
  readonly renderers: Renderers
  readonly decrypt: Decrypt
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

  constructor(source: HistorySource) {
    this.#source = source
  }

  /**
   * The installation of that id as a revision of it was; undefined where a commit or the installation is
   * gone. A revision of two commits can't be had yet: nothing makes one.
   */
  async installationAt(revision: Revision, id: string): Promise<Installation | undefined> {
    if (!isWhole(revision)) return undefined
    const past = this.#at(revision.own)
    const known = past.rendered.get(id) ?? this.#render(past, id)
    past.rendered.set(id, known)
    return known
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

  async #render(past: Past, id: string): Promise<Installation | undefined> {
    const snapshot = await past.snapshot
    if (snapshot === undefined) return undefined
    past.declared ??= declareTree(snapshot, this.#source.decrypt, this.#source.known()).then(byId)
    const declared = (await past.declared).get(id)
    if (declared === undefined) return undefined
    const { template } = declared.declaration
    const ready = template && (await this.#source.renderers.of(template.reference, snapshot))
    return render(declared.declaration, ready && renderingOf(ready, declared), this.#source.namespace)
  }
}

function byId({ declarations }: DeclaredTree): ReadonlyMap<string, Declared> {
  return new Map([...declarations.values()].map((declared) => [declared.declaration.id, declared]))
}

/** Whether an installation lacks something that is encrypted. */
export function isUndecryptable(installation: Installation | undefined): boolean {
  return installation?.faults.some(({ code }) => code === 'undecryptable') ?? false
}
