import type { DeclaredObject } from '../../../model/installation.ts'
import type { Secrets } from '../../../model/secrets.ts'
import { formsInNames } from './forms-in-names.ts'
import { PartCodes, SHORTEST_IN_NAME } from './part-codes.ts'

/** Maximum length of the part of a secret that is looked for, in characters. */
const LONGEST = 4096
/** Maximum length of all of them: with more, every name may be made of one. */
const MOST = 200_000
/** Number of words of a name that are read together with those of others, from its beginning and its end. */
const WORDS = 3

/**
 * The objects that are named by a part of a secret or of a usual form of one, or whose names spell one together, such
 * as by a character each.
 *
 * @param alone of no comparison with another rendering
 * @param others with another name or place in the other rendering, which may only spell a secret together
 */
export function namedBySecrets(
  { alone, others }: { readonly alone: Objects; readonly others: Objects },
  secrets: Secrets | undefined,
): ReadonlySet<DeclaredObject> {
  const all = [...alone, ...others]
  const texts = [...(secrets?.reveal() ?? [])]
    .filter(({ length }) => length >= SHORTEST_IN_NAME)
    .map((text) => text.slice(0, LONGEST))
  if (all.length === 0 || texts.length === 0) return new Set()
  if (texts.reduce((sum, { length }) => sum + length, 0) > MOST) return new Set(alone)
  const known = new PartCodes(texts.flatMap(formsInNames))
  const single = alone.filter((declared) => namesOf(declared).some((name) => known.areIn(name)))
  const byFile = Map.groupBy(all, ({ origin }) => origin.file)
  const together = [...byFile.values()].filter((some) => spelledBy(some).some((text) => known.areIn(text)))
  return new Set([...single, ...together.flat()])
}

type Objects = readonly DeclaredObject[]

function namesOf({ object: { kind, metadata } }: DeclaredObject): readonly string[] {
  return [kind.toLowerCase(), metadata.name.toLowerCase(), (metadata.namespace ?? '').toLowerCase()]
}

/**
 * What names of objects spell in the order of the file: by a word of each, or a character at an end of each. A word
 * that is long enough to be found by itself is none of them.
 */
function spelledBy(objects: Objects): readonly string[] {
  if (objects.length === 1) return []
  const names = objects
    .toSorted((a, b) => (a.origin.document ?? 0) - (b.origin.document ?? 0))
    .map(({ object }) => object.metadata.name.toLowerCase())
  const words = names.map((name) => name.split(/[-.]/))
  const places = Array.from({ length: WORDS }, (_, at) => [at, -1 - at]).flat()
  const forwards = [
    ...places.map((at) => words.map((each) => each.at(at) ?? '')),
    ...[0, -1].map((at) => names.map((name) => name.at(at) ?? '')),
  ]
  return forwards
    .map((each) => each.map((word) => (word.length < SHORTEST_IN_NAME ? word : ' ')))
    .flatMap((each) => [each.join(''), each.toReversed().join('')])
}
