import { type FoldText, writeFold } from './fold-texts.ts'
import { objectBlock } from './object-block.ts'
import type { TextBounds } from './text-bounds.ts'

/** Characters set aside for what a fold says of objects left out, and for what is between blocks. */
const NOTE = 60
const GAP = 2

export interface WrittenFolds {
  readonly text: string
  /** What is left out altogether: folds, their objects in all installations. */
  readonly omitted: { readonly folds: number; readonly objects: number }
  /** Whether anything is left out: a fold, an object or lines of one. */
  readonly isCut: boolean
}

/**
 * Folds within a number of characters. Where not all of them fit, objects show fewer lines; where that does not
 * do, each fold shows its first object before any shows its next, and whole objects are left out.
 */
export function writeFolds(folds: readonly FoldText[], room: number, bounds: TextBounds): WrittenFolds {
  const last = bounds.objectLines.at(-1) ?? 1
  const lines = bounds.objectLines.find((each) => doFit(folds, each, room, bounds)) ?? last
  const shown = allot(folds, lines, room, bounds)
  const hidden = folds.filter((fold) => !shown.has(fold))
  const isWhole = folds.every((fold) => shown.get(fold)?.length === fold.objects.length)
  return {
    isCut: !isWhole || lines !== bounds.objectLines[0],
    text: folds.flatMap((fold) => textOf(fold, shown.get(fold))).join('\n\n'),
    omitted: {
      folds: hidden.length,
      objects: hidden.reduce((sum, { objects, count }) => sum + objects.length * count, 0),
    },
  }
}

function textOf(fold: FoldText, blocks: readonly string[] | undefined): readonly string[] {
  return blocks === undefined ? [] : [writeFold(fold, blocks)]
}

function doFit(folds: readonly FoldText[], lines: number, room: number, bounds: TextBounds): boolean {
  let left = room
  for (const { head, tail, objects } of folds) {
    left -= head.length + tail.length + NOTE
    for (const object of objects) {
      if (left < 0) return false
      left -= objectBlock(object, lines, bounds).length + GAP
    }
  }
  return left >= 0
}

/** The blocks of each fold that is shown. */
function allot(
  folds: readonly FoldText[],
  lines: number,
  room: number,
  bounds: TextBounds,
): ReadonlyMap<FoldText, readonly string[]> {
  const shown = new Map<FoldText, string[]>()
  let left = room
  for (const fold of folds) {
    const cost = fold.head.length + fold.tail.length + NOTE
    if (cost > left) break
    left -= cost
    shown.set(fold, [])
    left -= take(fold, shown, left)
  }
  for (let open = [...shown.keys()]; open.length > 0 && left > 0; ) {
    open = open.filter((fold) => {
      const cost = take(fold, shown, left)
      left -= cost
      return cost > 0
    })
  }
  return shown

  /** Shows the next object of a fold where there is room. @returns its cost */
  function take(fold: FoldText, all: Map<FoldText, string[]>, most: number): number {
    const blocks = all.get(fold) ?? []
    const object = fold.objects[blocks.length]
    if (object === undefined || most <= 0) return 0
    const block = objectBlock(object, lines, bounds)
    if (block.length + GAP > most) return 0
    blocks.push(block)
    return block.length + GAP
  }
}
