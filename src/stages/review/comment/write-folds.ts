import type { ObjectDocument } from '../../plan/describe/plan-document.ts'
import { type FoldText, writeFold } from './fold-texts.ts'
import { type ObjectText, objectBlock, objectText } from './object-block.ts'
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
  const textOfObject = remembered(bounds)
  const blocksOf =
    (most: number): BlockOf =>
    (object) =>
      objectBlock(textOfObject(object), most)
  const lines = bounds.objectLines.find((most) => doFit(folds, room, blocksOf(most))) ?? last
  const shown = allot(folds, room, blocksOf(lines))
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

type BlockOf = (object: ObjectDocument) => string

/** Texts of objects, each made once and only if it is asked for: comparing long values takes time. */
function remembered(bounds: TextBounds): (object: ObjectDocument) => ObjectText {
  const known = new Map<ObjectDocument, ObjectText>()
  return (object) => {
    const text = known.get(object) ?? objectText(object, bounds)
    known.set(object, text)
    return text
  }
}

function textOf(fold: FoldText, blocks: readonly string[] | undefined): readonly string[] {
  return blocks === undefined ? [] : [writeFold(fold, blocks)]
}

function doFit(folds: readonly FoldText[], room: number, blockOf: BlockOf): boolean {
  let left = room
  for (const { head, tail, objects } of folds) {
    left -= head.length + tail.length + NOTE
    for (const object of objects) {
      if (left < 0) return false
      left -= blockOf(object).length + GAP
    }
  }
  return left >= 0
}

/** The blocks of each fold that is shown. */
function allot(
  folds: readonly FoldText[],
  room: number,
  blockOf: BlockOf,
): ReadonlyMap<FoldText, readonly string[]> {
  const shown = new Map<FoldText, string[]>()
  let left = room
  for (const fold of folds) {
    const cost = fold.head.length + fold.tail.length + NOTE
    if (cost > left) break
    left -= cost
    shown.set(fold, [])
    showNext(fold)
  }
  for (let open = [...shown.keys()]; open.length > 0 && left > 0; ) open = open.filter(showNext)
  return shown

  /** Shows the next object of a fold. @returns whether there is one, and room for it */
  function showNext(fold: FoldText): boolean {
    const blocks = shown.get(fold) ?? []
    const object = fold.objects[blocks.length]
    if (object === undefined || left <= 0) return false
    const block = blockOf(object)
    if (block.length + GAP > left) return false
    blocks.push(block)
    left -= block.length + GAP
    return true
  }
}
