import { LRUCache } from 'lru-cache'
import type { OnUnforeseen } from '../../model/contained.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import { type Fault, FaultError } from '../../model/fault.ts'
import type { FaultCode } from '../../model/fault-table.ts'
import type { Installation } from '../../model/installation.ts'
import { isWhole, type Revision } from '../../model/revision.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { type DeclaredTree, declareTree, type TreeDeclaration } from '../../stages/declare/declare-tree.ts'
import { formatRevision } from '../../stages/plan/applied.ts'
import { render } from '../../stages/render/render.ts'
import { renderingOf } from './fleet.ts'
import { Promptly } from './promptly.ts'
import type { Renderers } from './renderers.ts'

/** So many commits' trees are kept; a base is mostly of the commit before. */
const COMMITS_KEPT = 4
/** Delay before a commit that the remote did not give is asked for again, in milliseconds. */
const ASK_AGAIN_AFTER_MS = 10_000
/** How long a round of work waits for the base of a merge, in milliseconds. */
const BASE_PATIENCE_MS = 10_000

export interface HistorySource {
  /** A commit; undefined where it is gone for good. @throws FaultError where the remote can't tell */
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
  declared?: Promise<ReadonlyMap<string, TreeDeclaration>>
  readonly rendered: Map<string, Promise<Installation | undefined>>
  /** When it could not be had, in milliseconds since the epoch. */
  failedAt?: number
}

/** An installation as it was; what is gone for good; or why that can't be told now. */
export type Lookup =
  | { readonly installation: Installation }
  | { readonly lacks: 'commit' | 'installation' }
  | { readonly fault: Fault }

/** What earlier commits declared, rendered again from Git when it is wanted. */
export class History {
  readonly #source: HistorySource
  readonly #past = new LRUCache<string, Past>({ max: COMMITS_KEPT })
  readonly #bases = new Promptly<Installation | undefined>()

  constructor(source: HistorySource) {
    this.#source = source
  }

  /** The installation of that id as a revision of it was; undefined where that can't be had. */
  async installationAt(revision: Revision, id: string): Promise<Installation | undefined> {
    const found = await this.lookUp(revision, id)
    return 'installation' in found ? found.installation : undefined
  }

  /** The same, with the reason where it can't be had. */
  async lookUp(revision: Revision, id: string): Promise<Lookup> {
    // Nothing makes a revision of two commits yet.
    if (!isWhole(revision)) return { lacks: 'commit' }
    const past = this.#at(revision.own)
    try {
      if ((await past.snapshot) === undefined) return { lacks: 'commit' }
    } catch (error) {
      if (error instanceof FaultError) return { fault: error.fault }
      throw error
    }
    const installation = await this.#rendered(past, id)
    return installation ? { installation } : { lacks: 'installation' }
  }

  /**
   * The installation for the base of a merge, which is done without where it takes long: where the template
   * is somewhere else, say, and does not come.
   */
  baseAt(revision: Revision, id: string): Promise<Installation | undefined> {
    const key = `${formatRevision(revision)} ${id}`
    return this.#bases.ask(key, BASE_PATIENCE_MS, () => this.installationAt(revision, id))
  }

  /** Forgets all: with other keys more of it may be read. */
  forget(): void {
    this.#past.clear()
  }

  /** The text of a file below the Repository's path as a commit has it; undefined where that can't be had. */
  async textAt(commit: string, file: string): Promise<string | undefined> {
    const snapshot = await this.#at(commit).snapshot.catch(unlessFault)
    const entry = snapshot?.entries.find(({ path, type }) => path === file && type === 'file')
    if (snapshot === undefined || entry === undefined) return undefined
    const bytes = (await snapshot.readBlobs([entry.oid])).get(entry.oid)
    return bytes && new TextDecoder().decode(bytes)
  }

  #at(commit: string): Past {
    const known = this.#past.get(commit)
    const past = known && !isToBeAskedAgain(known) ? known : this.#open(commit)
    this.#past.set(commit, past)
    return past
  }

  #open(commit: string): Past {
    const snapshot = this.#source.snapshotAt(commit)
    const past: Past = { snapshot, rendered: new Map() }
    // the caller gets the error, the next one asks anew
    snapshot.catch(() => {
      past.failedAt = Date.now()
    })
    return past
  }

  /** What could not be rendered now is rendered again when it is wanted again. */
  async #rendered(past: Past, id: string): Promise<Installation | undefined> {
    const rendering = past.rendered.get(id) ?? this.#render(past, id)
    past.rendered.set(id, rendering)
    const installation = await rendering.catch((error) => {
      past.rendered.delete(id)
      throw error
    })
    if (installation && passingFault(installation)) past.rendered.delete(id)
    return installation
  }

  #declaredIn(past: Past, snapshot: Snapshot): Promise<ReadonlyMap<string, TreeDeclaration>> {
    const declared = past.declared ?? declareTree(snapshot, this.#source, this.#source.known()).then(byId)
    past.declared = declared
    declared.catch(() => delete past.declared) // the caller gets the error, the next one asks anew
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

function isToBeAskedAgain({ failedAt }: Past): boolean {
  return failedAt !== undefined && Date.now() >= failedAt + ASK_AGAIN_AFTER_MS
}

function unlessFault(error: unknown): undefined {
  if (!(error instanceof FaultError)) throw error
}

function byId({ declarations }: DeclaredTree): ReadonlyMap<string, TreeDeclaration> {
  return new Map([...declarations.values()].map((declared) => [declared.declaration.id, declared]))
}

const PASSING: ReadonlySet<FaultCode> = new Set([
  'render-unavailable',
  'no-renderer',
  'template-unavailable',
  'internal',
])

/** What keeps an installation from being rendered now, and may not another time; undefined where nothing does. */
export function passingFault({ faults }: Installation): Fault | undefined {
  return faults.find(({ code }) => PASSING.has(code))
}

/** Whether an installation lacks something that is encrypted. */
export function isUndecryptable(installation: Installation | undefined): boolean {
  return installation?.faults.some(({ code }) => code === 'undecryptable') ?? false
}
