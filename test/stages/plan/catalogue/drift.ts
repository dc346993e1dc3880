import type { JsonObject } from '../../../../src/model/json.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import { accepted } from './accepted.ts'
import type { Bed } from './bed.ts'
import { answerTo, sample } from './choice.ts'
import { comparable } from './compare.ts'
import { type Edit, edited, overlaps, someDrift } from './edits.ts'
import { asTwin, type Twin } from './load.ts'
import type { Outcome } from './rounds.ts'
import { type Synced, sync } from './sync.ts'

/** What became of an object that another writer changed where Git has its say. */
export interface Drifted {
  readonly declared: KubernetesObject
  readonly drift: readonly Edit[]
  /** What was live before the drift. */
  readonly before: JsonObject
  readonly synced: Synced
  /** What is live in the end. */
  readonly after: JsonObject
  /** Whether the server lets anybody take the drift back. */
  readonly isReversible: boolean
}

/**
 * Has another writer change an object, chosen by a seed from what the server takes, and syncs it.
 * Nothing that was added before is touched: it is the other writer's own.
 */
export async function driftOf(
  bed: Bed,
  { declared, additions }: Pick<Outcome, 'declared' | 'additions'>,
  twin: Twin,
  seed: number,
): Promise<Drifted | undefined> {
  const object = asTwin(declared, twin)
  const live = await bed.read(object)
  if (!live) return undefined
  const after = (edits: readonly Edit[]) => edited(live, asTwin(edits, twin))
  const candidates = sample(someDrift(declared, bed.schemaOf(object)), seed)
  const drift = await accepted(
    candidates.filter(({ path }) => !overlaps(path, additions)),
    async (chosen) => Boolean(await answerTo(bed, after(chosen))),
  )
  const { metadata } = await bed.replace(after(drift), { dryRun: false })
  const { resourceVersion } = metadata
  const back = await answerTo(bed, { ...live, metadata: { ...live.metadata, resourceVersion } })
  const synced = await sync(bed, object)
  const found = synced.live ?? live
  return {
    declared,
    drift,
    before: comparable(live, twin),
    synced,
    after: comparable(found, twin),
    isReversible: back !== undefined,
  }
}
