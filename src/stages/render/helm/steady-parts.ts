import { hash } from 'node:crypto'
import type { HelmAnswer, HelmRendering, Varying } from '../../../adapters/engine/engine.ts'
import type { DeclaredObject } from '../../../model/installation.ts'
import { writeJson } from '../../../model/json.ts'
import { idOf, keyOf, type ObjectId } from '../../../model/object.ts'
import type { Template } from '../../../model/template.ts'
import { placeKey } from '../secrets/place-key.ts'
import { compareRenderings } from './compare-renderings.ts'
import { type ReadFiles, readAll } from './read-all.ts'

/** The parts of a release that do not depend on what the cluster holds, nor on chance. */
export interface SteadyParts {
  readonly digest: string
  /** JSON pointers of the fields that the chart makes up when an object is created. */
  readonly varying: ReadonlyMap<ObjectId, readonly string[]>
  /** What makes them up. */
  readonly made: Varying
  /** Names that the chart makes up, by the place of the object: two of them. */
  readonly madeUp: ReadonlyMap<string, readonly [string, string]>
  /** Objects that the chart renders only where they do not exist: they are created once, and never pruned. */
  readonly createdOnly: readonly DeclaredObject[]
}

/**
 * A chart that looks up what it made up before renders that again and makes up nothing any more: so it is rendered
 * without its lookups, as at its first installation, and twice if it makes up something.
 *
 * @param again renders it without lookups
 */
export async function steadyParts(
  answer: HelmRendering,
  read: ReadFiles,
  again: () => Promise<HelmAnswer>,
  template: Template,
): Promise<SteadyParts> {
  const { objects: found } = read
  const bare = answer.lookups.length > 0 ? await again() : answer
  const first = bare.ok ? bare : answer
  const objects = first === answer ? found : readAll(first, template, read).objects
  const makesUp = first.varying.files.length > 0
  const twin = makesUp ? await again() : undefined
  const others = twin?.ok ? readAll(twin, template, read).objects : objects
  const { varying, steady } = compareRenderings(objects, others)
  const digest = digestOf(makesUp ? writeJson(steady) : textsOf(first))
  const createdOnly = objects === found ? [] : withoutThose(found, objects)
  return { digest, varying, made: first.varying, madeUp: madeUpNames(objects, others), createdOnly }
}

export function withoutThose(
  present: readonly DeclaredObject[],
  objects: readonly DeclaredObject[],
): readonly DeclaredObject[] {
  const ids = new Set(present.map(({ object }) => idOf(keyOf(object))))
  return objects.filter(({ object }) => !ids.has(idOf(keyOf(object))))
}

function textsOf({ crds, files }: HelmRendering): string {
  return JSON.stringify([...crds, ...files].map(({ path, text }) => [path, text]))
}

function digestOf(text: string): string {
  return hash('sha256', text).slice(0, 16)
}

function madeUpNames(
  objects: readonly DeclaredObject[],
  others: readonly DeclaredObject[],
): ReadonlyMap<string, readonly [string, string]> {
  if (objects === others) return new Map()
  const names = new Map(others.map((declared) => [placeKey(declared), declared.object.metadata.name]))
  return new Map(
    objects.flatMap((declared) => {
      const { name } = declared.object.metadata
      const other = names.get(placeKey(declared)) ?? name
      return other === name ? [] : [[placeKey(declared), [name, other]] as const]
    }),
  )
}
