import type { JsonObject } from '../../../../src/model/json.ts'
import type { KubernetesObject } from '../../../../src/model/object.ts'
import type { Bed } from './bed.ts'
import { type Choice, choose } from './choice.ts'
import { comparable } from './compare.ts'
import { type Edit, edited } from './edits.ts'
import { kubectlApply, type Style } from './kubectl.ts'
import { asTwin, type Twin } from './load.ts'
import { type Synced, sync } from './sync.ts'

/** Who brings which twin to what Git declares. */
export const TWINS = { reeve: 'f00d', 'client-side': 'beef', 'server-side': 'cafe' } as const

export type Hand = keyof typeof TWINS

const HANDS = Object.keys(TWINS) as readonly Hand[]

/** What one object of the catalogue went through in one round, all of it as the catalogue has it. */
export interface Outcome {
  /** DesiredState before; undefined where the object was new. */
  readonly before: KubernetesObject | undefined
  readonly declared: KubernetesObject
  readonly edits: readonly Edit[]
  readonly additions: readonly Edit[]
  readonly byHand: JsonObject | undefined
  /** Pointers to what the server had made of the declaration before. */
  readonly settledBefore: readonly string[]
  readonly synced: Synced
  /** What is live after the additions, before anything was applied. */
  readonly added: JsonObject | undefined
  /** What is live in the end; undefined where the change was refused. */
  readonly live: Readonly<Record<Hand, JsonObject | undefined>>
}

type Subject = Pick<Outcome, 'before' | 'declared' | 'edits' | 'additions' | 'byHand' | 'settledBefore'>

/** Creates all objects, three times over. */
export function create(bed: Bed, catalogue: readonly KubernetesObject[]): Promise<readonly Outcome[]> {
  const subjects = catalogue.map((declared) => {
    return { before: undefined, declared, settledBefore: [], edits: [], additions: [], byHand: undefined }
  })
  return applyAll(bed, subjects)
}

/** Somebody edits each declaration, another writer adds to each live object, then all is applied. */
export async function change(
  bed: Bed,
  outcomes: readonly Outcome[],
  seed: number,
): Promise<readonly Outcome[]> {
  const subjects = await Promise.all(
    outcomes.map(async (outcome, index) => {
      const { declared, additions } = outcome
      if (isInUse(declared, outcomes)) return { ...subjectOf(outcome, NOTHING), additions }
      const choice = await choose(bed, declared, TWINS.reeve, seed + index)
      await Promise.all(HANDS.map((hand) => add(bed, declared, choice, TWINS[hand])))
      return subjectOf(outcome, { ...choice, additions: [...additions, ...choice.additions] })
    }),
  )
  return applyAll(bed, subjects)
}

const NOTHING: Choice = { edits: [], additions: [], byHand: undefined }

/** A definition whose kind the catalogue has objects of: they may not fit another one. */
export function isInUse({ kind, spec }: KubernetesObject, outcomes: readonly Outcome[]): boolean {
  const { names } = (spec ?? {}) as { readonly names?: { readonly kind?: string } }
  return kind === 'CustomResourceDefinition' && outcomes.some(({ declared }) => declared.kind === names?.kind)
}

function subjectOf({ declared: before, synced }: Outcome, { edits, additions, byHand }: Choice): Subject {
  const declared = edited(before, edits)
  return {
    before,
    declared,
    settledBefore: synced.settled,
    edits,
    additions,
    byHand: byHand && comparable(byHand, TWINS.reeve),
  }
}

async function add(bed: Bed, declared: KubernetesObject, { additions }: Choice, twin: Twin): Promise<void> {
  const live = await bed.read(asTwin(declared, twin))
  if (live && additions.length > 0)
    await bed.replace(edited(live, asTwin(additions, twin)), { dryRun: false })
}

/** Takes the edits back. */
export function restore(bed: Bed, outcomes: readonly Outcome[]): Promise<readonly Outcome[]> {
  const subjects = outcomes.map(({ before, declared, additions, synced: { settled } }) => {
    const back = { before: declared, declared: before ?? declared }
    return { ...back, settledBefore: settled, edits: [], additions, byHand: undefined }
  })
  return applyAll(bed, subjects)
}

async function applyAll(bed: Bed, subjects: readonly Subject[]): Promise<readonly Outcome[]> {
  const added = await Promise.all(subjects.map((subject) => read(bed, subject, TWINS.reeve)))
  const synced = await Promise.all(subjects.map((subject) => syncOne(bed, subject)))
  const clientSide = await kubectl(bed, subjects, 'client-side')
  const serverSide = await kubectl(bed, subjects, 'server-side')
  return Promise.all(
    subjects.map(async (subject, index) => {
      const outcome = synced[index] as Synced
      const reeve = outcome.refused === undefined ? outcome.live : undefined
      return {
        ...subject,
        added: added[index],
        synced: outcome,
        live: {
          reeve: reeve && comparable(reeve, TWINS.reeve),
          'client-side': await clientSide(subject),
          'server-side': await serverSide(subject),
        },
      }
    }),
  )
}

function syncOne(bed: Bed, { declared, before }: Subject): Promise<Synced> {
  return sync(bed, asTwin(declared, TWINS.reeve), before && asTwin(before, TWINS.reeve))
}

/** Applies all, and then reads each one; undefined for those that were refused. */
async function kubectl(bed: Bed, subjects: readonly Subject[], style: Style) {
  const twin = TWINS[style]
  const objects = new Map(subjects.map((subject) => [subject, asTwin(subject.declared, twin)]))
  const applied = await kubectlApply(bed, [...objects.values()], style)
  return async (subject: Subject) => {
    const object = objects.get(subject)
    return object && applied.has(object) ? read(bed, subject, twin) : undefined
  }
}

async function read(bed: Bed, { declared }: Subject, twin: Twin): Promise<JsonObject | undefined> {
  const live = await bed.read(asTwin(declared, twin))
  return live && comparable(live, twin)
}
