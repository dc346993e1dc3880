import { DIRECTORY } from './tree.ts'
import type { Extent, Tree } from './tree-cache.ts'

export const MOST_ENTRIES = 1_000_000
/** Maximum length of all paths together, in characters. */
export const MOST_CHARACTERS = 100_000_000
/** Maximum number of directories below one that are not listed: with more, it is not listed itself. */
const MOST_LEFT_OUT = 100

const NOTHING: Extent = { entries: 0, characters: 0, leftOut: 0 }

/** Whether a directory has so much below it that it is not listed: a few trees can stand for any number of files. */
export function isTooLarge({ entries, characters, leftOut }: Extent): boolean {
  return entries > MOST_ENTRIES || characters > MOST_CHARACTERS || leftOut > MOST_LEFT_OUT
}

/** Measures each tree once, however often it is met. */
export function extentOf(oid: string, trees: ReadonlyMap<string, Tree>): Extent {
  const tree = trees.get(oid)
  if (tree === undefined) return NOTHING
  tree.extent ??= measured(tree, trees)
  return tree.extent
}

function measured({ records }: Tree, trees: ReadonlyMap<string, Tree>): Extent {
  let entries = records.length
  let characters = 0
  let leftOut = 0
  for (const { name, mode, oid } of records) {
    characters += name.length
    if (mode !== DIRECTORY) continue
    const below = extentOf(oid, trees)
    if (isTooLarge(below)) {
      leftOut += 1
      continue
    }
    entries += below.entries
    characters += below.characters + (name.length + 1) * below.entries
    leftOut += below.leftOut
  }
  return { entries, characters, leftOut }
}
