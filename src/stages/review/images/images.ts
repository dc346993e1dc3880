import type { ImageChange } from '../cluster-review.ts'
import type { ObjectChange } from '../object-change.ts'
import { type ToldChange, toldChange } from '../told-change.ts'
import { describeVersion, type ImageReference } from './image-reference.ts'
import { imagesIn } from './images-in.ts'

/** What one object changes of an image. */
export type ObjectImage = Omit<ImageChange, 'installations'>

/** Images that an object uses before and after, without those that stay as they are and those that are secret. */
export function imagesOf(
  change: ObjectChange,
  { before, after }: ToldChange = toldChange(change),
): readonly ObjectImage[] {
  const was = before ? imagesIn(before) : new Map<string, ImageReference>()
  const is = after ? imagesIn(after) : new Map<string, ImageReference>()
  const users = [...new Set([...was.keys(), ...is.keys()])]
  return paired(users.flatMap((user) => imageChange(was.get(user), is.get(user))))
}

function imageChange(
  was: ImageReference | undefined,
  is: ImageReference | undefined,
): readonly ObjectImage[] {
  const before = was && { image: was.name, before: describeVersion(was) }
  const after = is && { image: is.name, after: describeVersion(is) }
  if (before === undefined || after === undefined) return [before ?? after ?? []].flat()
  if (before.image !== after.image) return [before, after]
  return isSame(was, is) ? [] : [{ ...before, ...after }]
}

function isSame(one: ImageReference | undefined, other: ImageReference | undefined): boolean {
  return one?.tag === other?.tag && one?.digest === other?.digest
}

/** Takes an image that one container loses and another one gets as one change, and equal changes as one. */
function paired(changes: readonly ObjectImage[]): readonly ObjectImage[] {
  const whole = changes.filter(({ before, after }) => before !== undefined && after !== undefined)
  const gained = changes.filter(({ before }) => before === undefined)
  const moved: ObjectImage[] = []
  const lost = changes.filter((change) => {
    if (change.after !== undefined) return false
    const at = gained.findIndex(({ image }) => image === change.image)
    if (at < 0) return true
    const [found] = gained.splice(at, 1)
    if (found?.after !== change.before) moved.push({ ...found, ...change })
    return false
  })
  const all = [...whole, ...moved, ...lost, ...gained]
  return [...new Map(all.map((change) => [keyOf(change), change])).values()]
}

/** Image changes of many installations, each once, by image. */
export function sharedImages(
  found: Iterable<{ readonly installation: string; readonly images: readonly ObjectImage[] }>,
): readonly ImageChange[] {
  const shared = new Map<string, { readonly image: ObjectImage; readonly names: Set<string> }>()
  for (const { installation, images } of found)
    for (const image of images) {
      const key = keyOf(image)
      const known = shared.get(key) ?? { image, names: new Set() }
      shared.set(key, known)
      known.names.add(installation)
    }
  return [...shared]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { image, names }]) => ({ ...image, installations: [...names].sort() }))
}

function keyOf({ image, before = '', after = '' }: ObjectImage): string {
  return JSON.stringify([image, before, after])
}
