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
import { type CommitTree, mixedDeclaration } from '../../stages/declare/mixed-declaration.ts'
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

interface DeclaredPast extends CommitTree {
  /** By installation id. */
  readonly declarations: ReadonlyMap<string, TreeDeclaration>
  readonly isValuesFile: IsValuesFile
}

/** A declaration, and the commit of each of its templates. */
interface PlacedDeclaration {
  readonly declaration: Declaration
  readonly templatesOf: readonly DeclaredPast[]
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
    const pasts = [this.#at(revision.own), this.#at(revision.inherited)]
    try {
      const snapshots = await Promise.all(pasts.map((past) => past.snapshot))
      if (snapshots.includes(undefined)) return { lacks: 'commit' }
    } catch (error) {
      if (error instanceof FaultError) return { fault: error.fault }
      throw error
    }
    const installation = await this.#rendered(revision, id)
    return installation ? { installation } : { lacks: 'installation' }
  }

  /**
   * Declaration of an id at a revision, before its template is rendered; undefined if there is none.
   * @throws FaultError if the remote cannot tell
   */
  async declarationAt(revision: Revision, id: string): Promise<Declaration | undefined> {
    return (await this.#placed(revision, id))?.declaration
  }

  /**
   * Installation for the base of a merge; undefined if it takes long, for example because of a slow remote
   * template. The merge then does without.
   */
  baseAt(revision: Revision, id: string): Promise<Installation | undefined> {
    const key = `${formatRevision(revision)} ${id}`
    return this.#bases.ask(key, BASE_PATIENCE_MS, () => this.installationAt(revision, id))
  }

  /** The same of an installation that slept although its documents did not say so: Git no longer declared it. */
  asleepBaseAt(revision: Revision, id: string): Promise<Installation | undefined> {
    const key = `${formatRevision(revision)} ${id} asleep`
    return this.#bases.ask(key, BASE_PATIENCE_MS, () => this.#render(revision, id, true))
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
  async #rendered(revision: Revision, id: string): Promise<Installation | undefined> {
    const { rendered } = this.#at(revision.inherited)
    const key = `${formatRevision(revision)} ${id}`
    const rendering = rendered.get(key) ?? this.#render(revision, id)
    rendered.set(key, rendering)
    const installation = await rendering.catch((error) => {
      rendered.delete(key)
      throw error
    })
    if (installation && passingFault(installation)) rendered.delete(key)
    return installation
  }

  /** Undefined where a commit is gone, or does not declare it. */
  async #placed(revision: Revision, id: string): Promise<PlacedDeclaration | undefined> {
    const own = await this.#declaredAt(revision.own)
    const declared = own?.declarations.get(id)
    if (own === undefined || declared === undefined) return undefined
    const { declaration } = declared
    if (isWhole(revision)) return { declaration, templatesOf: declaration.templates.map(() => own) }
    const inherited = await this.#declaredAt(revision.inherited)
    if (inherited === undefined) return undefined
    const { group } = revision
    const mixture = { own, inherited, ...(group !== undefined && { group }) }
    const mixed = await mixedDeclaration(declaration.name, mixture, {
      ...this.#source,
      budgets: this.#budgets,
    })
    if (mixed === undefined) return undefined
    return {
      declaration: mixed.declared.declaration,
      templatesOf: mixed.templatesOf.map((tree) => (tree === inherited ? inherited : own)),
    }
  }

  async #declaredAt(commit: string): Promise<DeclaredPast | undefined> {
    const past = this.#at(commit)
    const snapshot = await past.snapshot
    return snapshot && (await this.#declaredIn(past, snapshot))
  }

  #declaredIn(past: Past, snapshot: Snapshot): Promise<DeclaredPast> {
    const declared =
      past.declared ??
      declareTree(snapshot, { ...this.#source, budgets: this.#budgets }, this.#source.known()).then((tree) =>
        declaredPast(tree, snapshot),
      )
    past.declared = declared
    declared.catch(() => delete past.declared) // the caller gets the error, the next one asks anew
    return declared
  }

  async #render(revision: Revision, id: string, sleeps = false): Promise<Installation | undefined> {
    const placed = await this.#placed(revision, id)
    if (placed === undefined) return undefined
    const { templatesOf } = placed
    const declaration = sleeps ? { ...placed.declaration, hibernated: true as const } : placed.declaration
    const renderers = this.#source.renderers()
    const ready = await Promise.all(
      declaration.templates.map(({ reference }, index) => {
        const { snapshot, isValuesFile } = templatesOf[index] as DeclaredPast
        return renderers.of(reference, snapshot, isValuesFile)
      }),
    )
    const before = await this.#source.pastRelease(declaration.name)
    const { placement } = this.#source
    const { expanded } = this.#budgets
    return render(declaration, renderingsOf(ready, declaration), placement, before, expanded)
  }
}

function isToBeAskedAgain({ failedAt }: Past): boolean {
  return failedAt !== undefined && Date.now() >= failedAt + ASK_AGAIN_AFTER_MS
}

function unlessFault(error: unknown): undefined {
  if (!(error instanceof FaultError)) throw error
}

function declaredPast(tree: DeclaredTree, snapshot: Snapshot): DeclaredPast {
  const { declarations, valuesPaths } = tree
  return {
    tree,
    snapshot,
    declarations: new Map([...declarations.values()].map((declared) => [declared.declaration.id, declared])),
    isValuesFile: pathMatcher(valuesPaths),
  }
}

/** Whether some of an installation could not be decrypted. */
export function isUndecryptable(installation: Installation | undefined): boolean {
  return installation?.faults.some(({ code }) => code === 'undecryptable') ?? false
}
