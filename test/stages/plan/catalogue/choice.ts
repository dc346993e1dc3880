import fc from 'fast-check'
import { ApiError, ConnectionError } from '../../../../src/adapters/cluster/api-error.ts'
import type { KubernetesObject, LiveObject } from '../../../../src/model/object.ts'
import { accepted } from './accepted.ts'
import type { Bed } from './bed.ts'
import { editedByHand } from './by-hand.ts'
import { type Edit, edited, someAdditions, someEdits } from './edits.ts'
import { asTwin, type Twin } from './load.ts'

/** What is going to happen to an object of the catalogue, as the catalogue has it. */
export interface Choice {
  /** A person changes the declaration. */
  readonly edits: readonly Edit[]
  /** Another writer adds to the live object before that is applied. */
  readonly additions: readonly Edit[]
  /** What the server makes of the live object with the edits in it, had somebody written them there. */
  readonly byHand: LiveObject | undefined
}

/** Chooses at random, by a seed, from what the server takes of an object that is there. */
export async function choose(bed: Bed, object: KubernetesObject, twin: Twin, seed: number): Promise<Choice> {
  const declared = asTwin(object, twin)
  const schema = bed.schemaOf(declared)
  const live = await bed.read(declared)
  if (!live) throw new Error(`there is no ${declared.kind} ${declared.metadata.name}`)
  const write = (to: LiveObject) => answerTo(bed, to)
  const withEdits = (from: LiveObject, edits: readonly Edit[]) =>
    editedByHand(from, declared, asTwin(edits, twin), schema)
  const edits = await accepted(sample(someEdits(object, schema), seed), async (chosen) =>
    Boolean(await write(withEdits(live, chosen))),
  )
  const additions = await accepted(sample(someAdditions(object, schema), seed), async (chosen) => {
    const added = edited(live, asTwin(chosen, twin))
    return Boolean((await write(added)) && (await write(withEdits(added, edits))))
  })
  return { edits, additions, byHand: await write(withEdits(live, edits)) }
}

export function sample<T>(arbitrary: fc.Arbitrary<readonly T[]>, seed: number): readonly T[] {
  return fc.sample(arbitrary, { seed, numRuns: 1 }).flat()
}

/**
 * What the server would hold; undefined where it takes no such object. There are schemas that its
 * validation panics at: then it breaks the connection off.
 */
export async function answerTo(bed: Bed, object: LiveObject): Promise<LiveObject | undefined> {
  try {
    return await bed.replace(object, { dryRun: true })
  } catch (error) {
    if (error instanceof ApiError || error instanceof ConnectionError) return undefined
    throw error
  }
}
