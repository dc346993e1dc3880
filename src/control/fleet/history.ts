import { LRUCache } from 'lru-cache'
import type { OnUnforeseen } from '../../model/contained.ts'
import type { Declaration } from '../../model/declaration.ts'
import type { Decrypt } from '../../model/decrypt.ts'
import { type Fault, FaultError } from '../../model/fault.ts'
import type { Installation } from '../../model/installation.ts'
import { isWhole, type Revision } from '../../model/revision.ts'
import type { Snapshot } from '../../model/snapshot.ts'
import { type DeclaredTree, declareTree, type TreeDeclaration } from '../../stages/declare/declare-tree.ts'
import { type IsValuesFile, pathMatcher } from '../../stages/declare/fleet/values-paths.ts'
import { formatRevision } from '../../stages/plan/applied.ts'
import { type RenderPlacement, render } from '../../stages/render/render.ts'
import { processBudgets } from '../../support/memory/process-budgets.ts'
import { type PastReleaseOf, renderingsOf } from './fleet.ts'
import { passingFault } from './passing-faults.ts'
import { Promptly } from './promptly.ts'
import type { Renderers } from './renderers.ts'

/** Maximum number of commits kept; a base is mostly from the previous commit. */
const COMMITS_KEPT = 4
/** Delay before a commit that the remote did not give is asked for again, in milliseconds. */
const ASK_AGAIN_AFTER_MS = 10_000
/** Maximum wait of a round for the base of a merge, in milliseconds. */
const BASE_PATIENCE_MS = 10_000

export interface HistorySource {
  /**
   * Reads a commit; undefined if it is permanently gone.
   * @throws FaultError if the remote cannot tell
   */
  readonly snapshotAt: (commit: string) => Promise<Snapshot | undefined>
  readonly renderers: () => Renderers
  readonly decrypt: Decrypt
  readonly onUnforeseen: OnUnforeseen
  /** What is recorded of an installation's release. */
  readonly pastRelease: PastReleaseOf
  readonly placement: RenderPlacement
  /** Tree of the commit that the fleet is at: most files are the same. */
  readonly known: () => DeclaredTree | undefined
}

interface Past {
  readonly snapshot: Promise<Snapshot | undefined>
  /** Declared on first use. */
  declared?: Promise<DeclaredPast>
  readonly rendered: Map<string, Promise<Installation | undefined>>
  /** When it was found unavailable, in milliseconds since the epoch. */
  failedAt?: number
}

interface DeclaredPast {
  /** By installation id. */
  readonly declarations: ReadonlyMap<string, TreeDeclaration>
  readonly isValuesFile: IsValuesFile
}

/** An installation at a revision, its permanently missing part, or why it is unavailable now. */
export type Lookup =
  | { readonly installation: Installation }
  | { readonly lacks: 'commit' | 'installation' }
  | { readonly fault: Fault }

/** Earlier commits, declared and rendered again from Git on demand. */
export class History {
  readonly #source: HistorySource
  readonly #budgets = processBudgets()
  readonly #past = new LRUCache<string, Past>({ max: COMMITS_KEPT })
  readonly #bases = new Promptly<Installation | undefined>()

  constructor(source: HistorySource) {
    this.#source = source
  }

  /** Installation of an id at a revision; undefined if unavailable. */
  async installationAt(revision: Revision, id: string): Promise<Installation | undefined> {
    const found = await this.lookUp(revision, id)
    return 'installation' in found ? found.installation : undefined
  }

  /** Like installationAt, but says why an installation is unavailable. */
  async lookUp(revision: Revision, id: string): Promise<Lookup> {
    // No code makes a revision of two commits yet.
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
   * Declaration of an id at a revision, before its template is rendered; undefined if there is none.
   * @throws FaultError if the remote cannot tell
   */
  async declarationAt(revision: Revision, id: string): Promise<Declaration | undefined> {
    if (!isWhole(revision)) return undefined
    const past = this.#at(revision.own)
    const snapshot = await past.snapshot
    return snapshot && (await this.#declaredIn(past, snapshot)).declarations.get(id)?.declaration
  }

  /**
   * Installation for the base of a merge; undefined if it takes long, for example because of a slow remote
   * template. The merge then does without.
   */
  baseAt(revision: Revision, id: string): Promise<Installation | undefined> {
    const key = `${formatRevision(revision)} ${id}`
    return this.#bases.ask(key, BASE_PATIENCE_MS, () => this.installationAt(revision, id))
  }

  /** Drops everything cached: other keys may decrypt more of it. */
  forget(): void {
    this.#past.clear()
  }

  /** Text of a file below the Repository's path at a commit; undefined if unavailable. */
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

  /** Does not cache passing failures. */
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

  #declaredIn(past: Past, snapshot: Snapshot): Promise<DeclaredPast> {
    const declared =
      past.declared ??
      declareTree(snapshot, { ...this.#source, budgets: this.#budgets }, this.#source.known()).then(
        declaredPast,
      )
    past.declared = declared
    declared.catch(() => delete past.declared) // the caller gets the error, the next one asks anew
    return declared
  }

  async #render(past: Past, id: string): Promise<Installation | undefined> {
    const snapshot = await past.snapshot
    if (snapshot === undefined) return undefined
    const { declarations, isValuesFile } = await this.#declaredIn(past, snapshot)
    const declared = declarations.get(id)
    if (declared === undefined) return undefined
    const renderers = this.#source.renderers()
    const ready = await Promise.all(
      declared.declaration.templates.map(({ reference }) => renderers.of(reference, snapshot, isValuesFile)),
    )
    const before = await this.#source.pastRelease(declared.declaration.name)
    const { placement } = this.#source
    const { expanded } = this.#budgets
    return render(declared.declaration, renderingsOf(ready, declared), placement, before, expanded)
  }
}

function isToBeAskedAgain({ failedAt }: Past): boolean {
  return failedAt !== undefined && Date.now() >= failedAt + ASK_AGAIN_AFTER_MS
}

function unlessFault(error: unknown): undefined {
  if (!(error instanceof FaultError)) throw error
}

function declaredPast({ declarations, valuesPaths }: DeclaredTree): DeclaredPast {
  return {
    declarations: new Map([...declarations.values()].map((declared) => [declared.declaration.id, declared])),
    isValuesFile: pathMatcher(valuesPaths),
  }
}

/** Whether some of an installation could not be decrypted. */
export function isUndecryptable(installation: Installation | undefined): boolean {
  return installation?.faults.some(({ code }) => code === 'undecryptable') ?? false
}
