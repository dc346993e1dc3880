import { anyFault } from '../../adapters/cluster/any-fault.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { APPLIED_ANNOTATION, INSTALLATION_LABEL } from '../../model/labels.ts'
import { describeKey, gvkOf, idOf, keyOf, type LiveObject, type ObjectId } from '../../model/object.ts'
import { describeRevision } from '../../model/revision.ts'
import type { Kinds } from '../../model/schema.ts'
import type { LiveCache } from '../../stages/live/live-cache.ts'
import { type Applied, formatRevision, markOf, parseApplied } from '../../stages/plan/applied.ts'
import { resolve } from '../../stages/plan/resolve.ts'
import type { Sealer } from '../../stages/plan/sealer.ts'
import { within } from '../../support/concurrency/within.ts'
import type { History, Lookup } from '../fleet/history.ts'
import { passingFault } from '../fleet/passing-faults.ts'

/**
 * Whether Reeve made an object that is marked as its own:
 * - `made`: the mark's seal fits, or the revision that the mark names declares this very object
 * - `open`: not known yet, or not available now
 * - `unproven`: the mark proves nothing; anyone who can change an object can write one
 */
export type Proof = 'made' | 'open' | 'unproven'

export interface ProofsOptions {
  /** Name of the Repository. */
  readonly repository: string
  readonly sealer: () => Sealer | undefined
  /** Ids of all known installations: an object whose label was removed belongs to one of them. */
  readonly installations: () => Iterable<string>
  /** Reads an installation at a revision. */
  readonly lookUp: History['lookUp']
  readonly kinds: () => Kinds
  /** Namespace of namespaced objects that name none. */
  readonly namespace: string
  /** Called for each unproven object, once for each mark that it has. */
  readonly onUnproven?: (live: LiveObject, problem: Fault) => void
}

/** Maximum time that other work on an installation waits for proofs, in milliseconds. */
const PATIENCE_MS = 30_000

interface Known {
  readonly id: ObjectId
  readonly mark: string
  readonly installation: string
  readonly proof: Proof
  /** Why it is not proven. */
  readonly why: string
  readonly isTold: boolean
}

type Verdict = Pick<Known, 'proof' | 'why'>

const PROVEN: Verdict = { proof: 'made', why: '' }

/** Proves that Reeve made objects that Git no longer declares, once for each mark. */
export class Proofs {
  readonly #options: ProofsOptions
  /** By uid. */
  readonly #known = new Map<string, Known>()

  constructor(options: ProofsOptions) {
    this.#options = options
  }

  /** Proof of an object as far as known without asking Git. */
  of(live: LiveObject): Proof {
    return this.#knownOf(live).proof
  }

  /**
   * Id of the installation that an object was applied for. A sealed mark shows it even if the object's label
   * was removed, or was changed while the object has not moved.
   * @param declarer id of the installation that declares it now: most objects stay where they are
   */
  makerOf(live: LiveObject, declarer: string): string {
    const label = installationOf(live)
    const applied = markOf(live, this.#options.repository)
    // Tries all of them only for the few objects without a label: each try takes microseconds.
    const ids = label === '' ? [declarer, ...this.#options.installations()] : [label, declarer]
    return (applied && this.#sealedFor(live, applied, ids)) ?? (label || declarer)
  }

  /** Why an object may not be deleted, or not yet. */
  problemOf(live: LiveObject): Fault {
    const { proof, why } = this.#knownOf(live)
    const key = keyOf(live)
    const code = proof === 'unproven' ? 'unproven-mark' : 'proof-unavailable'
    return fault(code, why === '' ? describeKey(key) : `${describeKey(key)}: ${why}`, { object: idOf(key) })
  }

  /**
   * Proves these objects as far as possible now. Asks again about those that could not be proven before; slow
   * answers count the next time.
   */
  async prove(lives: readonly LiveObject[]): Promise<void> {
    const open = lives.filter((live) => this.of(live) === 'open')
    if (open.length > 0) await within(PATIENCE_MS, this.#proveAll(open))
    for (const live of lives) this.#tell(live)
  }

  /** One revision after the other: only some are cached. */
  async #proveAll(lives: readonly LiveObject[]): Promise<void> {
    for (const [, some] of Map.groupBy(lives, revisionAndInstallation)) await this.#proveFromGit(some)
  }

  /** Drops objects that are gone. */
  keep(cache: Pick<LiveCache, 'get'>): void {
    for (const [uid, { id }] of this.#known) if (cache.get(id)?.metadata.uid !== uid) this.#known.delete(uid)
  }

  /** Drops everything: another key may prove more of it. */
  forget(): void {
    this.#known.clear()
  }

  #knownOf(live: LiveObject): Known {
    const [mark, installation] = [markTextOf(live), installationOf(live)]
    const before = this.#known.get(live.metadata.uid)
    if (before?.mark === mark && before.installation === installation) return before
    const known = { id: idOf(keyOf(live)), mark, installation, isTold: false, ...this.#atSight(live) }
    this.#known.set(live.metadata.uid, known)
    return known
  }

  #atSight(live: LiveObject): Verdict {
    const { repository } = this.#options
    const applied = markOf(live, repository)
    if (applied === undefined) {
      const isMark = parseApplied(markTextOf(live)) !== undefined
      return { proof: 'unproven', why: isMark ? 'its mark belongs to another object' : 'its mark is invalid' }
    }
    return this.#isSealed(live, applied) ? PROVEN : { proof: 'open', why: '' }
  }

  #isSealed(live: LiveObject, applied: Applied): boolean {
    const label = installationOf(live)
    const ids = label === '' ? this.#options.installations() : [label]
    return this.#sealedFor(live, applied, ids) !== undefined
  }

  /** The first of these installations for which the mark was sealed. */
  #sealedFor(
    live: LiveObject,
    { revision, digest, seal }: Applied,
    ids: Iterable<string>,
  ): string | undefined {
    const { repository } = this.#options
    const sealer = this.#options.sealer()
    if (seal === undefined || sealer === undefined) return undefined
    const statement = { repository, key: keyOf(live), revision, digest }
    for (const installationId of ids)
      if (sealer.fits(seal, { ...statement, installationId })) return installationId
    return undefined
  }

  /** @param lives objects whose marks have the same revision, and that have the same installation */
  async #proveFromGit(lives: readonly LiveObject[]): Promise<void> {
    const [first] = lives
    const applied = first && markOf(first, this.#options.repository)
    if (first === undefined || applied === undefined) return
    const found = await this.#lookUp(applied, installationOf(first))
    const digests = this.#digestsIn(found)
    for (const live of lives) {
      const digest = digests.get(idOf(keyOf(live)))
      const isSame = digest === markOf(live, this.#options.repository)?.digest || isVarying(found)
      const isDeclared = digest !== undefined && isSame
      const without = this.#isServed(live)
        ? withoutProof(found, describeRevision(applied.revision))
        : { proof: 'open' as const, why: 'the cluster does not serve its kind now' }
      const verdict = isDeclared ? PROVEN : without
      this.#known.set(live.metadata.uid, { ...this.#knownOf(live), ...verdict })
    }
  }

  #lookUp({ revision }: Applied, installation: string): Promise<Lookup> {
    return this.#options.lookUp(revision, installation).catch((error) => ({ fault: anyFault(error) }))
  }

  #isServed(live: LiveObject): boolean {
    const { group, kind } = gvkOf(live)
    return this.#options.kinds().preferred(group, kind) !== undefined
  }

  /** Digests of the objects that an installation declared, including versions that are no longer served. */
  #digestsIn(found: Lookup): ReadonlyMap<ObjectId, string> {
    if (!('installation' in found)) return new Map()
    const { namespace } = this.#options
    const kinds = this.#options.kinds()
    const inAnyVersion: Kinds = {
      ...kinds,
      resource: (gvk) => kinds.resource(gvk) ?? kinds.preferred(gvk.group, gvk.kind),
    }
    const { objects } = resolve(found.installation, inAnyVersion, { namespace })
    return new Map(objects.map(({ key, digest }) => [idOf(key), digest]))
  }

  #tell(live: LiveObject): void {
    const known = this.#knownOf(live)
    if (known.proof !== 'unproven' || known.isTold) return
    this.#known.set(live.metadata.uid, { ...known, isTold: true })
    this.#options.onUnproven?.(live, this.problemOf(live))
  }
}

/** Whether it is rendered differently each time: then no digest recurs. */
function isVarying(found: Lookup): boolean {
  if (!('installation' in found)) return false
  return found.installation.notices?.some(({ code }) => code === 'varying-template') ?? false
}

/** Verdict on an object that its mark's revision does not declare as it is. */
function withoutProof(found: Lookup, revision: string): Verdict {
  if ('fault' in found) return { proof: 'open', why: found.fault.message }
  if ('lacks' in found) {
    const isGone = found.lacks === 'commit'
    return {
      proof: 'unproven',
      why: isGone ? `${revision} is not a commit of the repository` : `${revision} has no such installation`,
    }
  }
  const { installation } = found
  const passing = passingFault(installation)
  if (passing) return { proof: 'open', why: passing.message }
  return { proof: 'unproven', why: `${revision} does not declare it in this form` }
}

function markTextOf({ metadata }: LiveObject): string {
  return metadata.annotations?.[APPLIED_ANNOTATION] ?? ''
}

function installationOf({ metadata }: LiveObject): string {
  return metadata.labels?.[INSTALLATION_LABEL] ?? ''
}

function revisionAndInstallation(live: LiveObject): string {
  const revision = parseApplied(markTextOf(live))?.revision
  return `${revision && formatRevision(revision)} ${installationOf(live)}`
}
