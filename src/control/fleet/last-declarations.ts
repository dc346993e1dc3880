import type { Declaration } from '../../model/declaration.ts'
import type { Installation } from '../../model/installation.ts'
import { INSTALLATION_LABEL } from '../../model/labels.ts'
import { idOf, keyOf, type LiveObject, type ObjectId } from '../../model/object.ts'
import { type Revision, revisionAt } from '../../model/revision.ts'
import type { Kinds } from '../../model/schema.ts'
import { installationId } from '../../stages/declare/installation-id.ts'
import { appliedOf } from '../../stages/plan/applied.ts'
import { type Resolved, resolve } from '../../stages/plan/resolve.ts'
import type { History } from './history.ts'

export interface LastDeclarationsOptions {
  readonly history: History
  /** Full ids of commits reachable from `to` but not from `from`, newest first, as far as they are here. */
  readonly commits: (from: string, to: string) => Promise<readonly string[]>
  readonly kinds: () => Kinds
  /** Namespace of namespaced objects that name none. */
  readonly namespace: string
}

/** An installation at its last revision that declares an object removed from the head. */
export interface LastDeclaration {
  readonly revision: Revision
  readonly installation: Installation
  readonly resolved: Resolved
}

/** What an installation that the head does not declare said of its removal, at its last revision. */
export interface RemovedInstallation
  extends Pick<Declaration, 'deletion'>,
    Partial<Pick<Declaration, 'groups'>> {
  readonly revision: Revision
  /** Ids of the installations that it depended on. */
  readonly dependsOn: readonly string[]
}

/**
 * Finds the last revision that declared a removed object; everything declared beside it there is older than
 * the removal. Depends on Git and the live object alone, so that a restart finds the same.
 */
export class LastDeclarations {
  readonly #options: LastDeclarationsOptions
  #head = ''
  readonly #found = new Map<ObjectId, Promise<LastDeclaration | undefined>>()
  /** By ids of installations. */
  readonly #removed = new Map<string, Promise<RemovedInstallation | undefined>>()

  constructor(options: LastDeclarationsOptions) {
    this.#options = options
  }

  /**
   * @param head full id of the commit that no longer declares the object
   * @returns undefined if no commit that declares it is available
   */
  of(live: LiveObject, head: string): Promise<LastDeclaration | undefined> {
    this.#moveTo(head)
    const id = idOf(keyOf(live))
    const known = this.#found.get(id)
    if (known) return known
    const found = this.#find(live, head)
    this.#found.set(id, found)
    found.catch(() => this.#found.delete(id)) // the caller gets the error, the next one asks anew
    return found
  }

  /**
   * What a removed installation said of its removal, read from its documents: nothing is rendered.
   * @param live one of its objects
   * @param head full id of the commit that no longer declares it
   * @returns undefined if no commit that declares it is available
   */
  removed(live: LiveObject, head: string): Promise<RemovedInstallation | undefined> {
    this.#moveTo(head)
    const id = labelOf(live)
    const known = this.#removed.get(id)
    if (known) return known
    const found = this.#last(live, head, (revision) => this.#saidAt(revision, id))
    this.#removed.set(id, found)
    found.catch(() => this.#removed.delete(id)) // the caller gets the error, the next one asks anew
    return found
  }

  /**
   * Ids of the installations that removed ones depended on when Git declared them last, of those that depended on
   * any. An installation of which no declaring commit is available has none.
   * @param sampleOf one of the objects of an installation
   */
  async dependencies(
    installations: readonly string[],
    sampleOf: (id: string) => LiveObject | undefined,
    head: string,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    this.#moveTo(head)
    const found = await Promise.all(
      installations.map(async (id) => {
        const known = this.#removed.get(id)
        const live = known ? undefined : sampleOf(id)
        const last = await (live ? this.removed(live, head) : known)
        return [id, last?.dependsOn ?? []] as const
      }),
    )
    return new Map(found.filter(([, needed]) => needed.length > 0))
  }

  #moveTo(head: string): void {
    if (head === this.#head) return
    this.#found.clear()
    this.#removed.clear()
    this.#head = head
  }

  async #saidAt(revision: Revision, id: string): Promise<RemovedInstallation | undefined> {
    const declaration = await this.#options.history.declarationAt(revision, id)
    if (declaration === undefined) return undefined
    const { dependsOn, deletion, groups } = declaration
    return {
      revision,
      groups,
      dependsOn: dependsOn.map(({ name }) => installationId(name)),
      ...(deletion && { deletion }),
    }
  }

  /** Installation of an id at a revision; undefined if unavailable. */
  at(revision: Revision, installation: string): Promise<Installation | undefined> {
    return this.#options.history.installationAt(revision, installation)
  }

  #find(live: LiveObject, head: string): Promise<LastDeclaration | undefined> {
    return this.#last(live, head, (revision) => this.#declaration(revision, live))
  }

  /**
   * What the last revision has, between the one that an object was applied at and the head. Gallops back from
   * the head, then bisects: mostly it is the commit before the head.
   */
  async #last<T>(
    live: LiveObject,
    head: string,
    look: (revision: Revision) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const applied = appliedOf(live)?.revision
    if (applied === undefined) return undefined
    const between = await this.#options.commits(applied.own, head)
    const commits = between.filter((commit) => commit !== head && commit !== applied.own)
    const revisions = [...commits.map(revisionAt), applied]
    const lookAt = async (index: number) => look(revisions[index] ?? applied)
    const last = revisions.length - 1
    let newer = -1
    let older = 0
    let found = await lookAt(older)
    while (found === undefined && older < last) {
      newer = older
      older = Math.min(last, older * 2 + 1)
      found = await lookAt(older)
    }
    while (found !== undefined && older - newer > 1) {
      const middle = Math.floor((newer + older) / 2)
      const there = await lookAt(middle)
      if (there === undefined) newer = middle
      else [older, found] = [middle, there]
    }
    return found
  }

  async #declaration(revision: Revision, live: LiveObject): Promise<LastDeclaration | undefined> {
    const { history, kinds, namespace } = this.#options
    const installation = await history.installationAt(revision, labelOf(live))
    if (installation === undefined) return undefined
    const resolved = resolve(installation, kinds(), { namespace })
    const id = idOf(keyOf(live))
    const all = [...resolved.objects, ...resolved.blocked]
    return all.some(({ key }) => idOf(key) === id) ? { revision, installation, resolved } : undefined
  }
}

function labelOf({ metadata }: LiveObject): string {
  return metadata.labels?.[INSTALLATION_LABEL] ?? ''
}
