import { isUnpinned } from '../images/image-reference.ts'
import { imagesIn } from '../images/images-in.ts'
import type { FearFinder } from './fear-finder.ts'

/** An image that the change leaves without a tag, or at `latest`: what runs is no longer what Git says. */
export const imageWithoutTag: FearFinder = {
  kind: 'image-without-tag',
  find({ before, after }) {
    if (after === undefined) return []
    const was = before && imagesIn(before)
    return [...imagesIn(after)].flatMap(([user, image]) => {
      const old = was?.get(user)
      const isKnown = old !== undefined && old.name === image.name && isUnpinned(old)
      if (!isUnpinned(image) || isKnown) return []
      return [`${user}: ${image.name} ${image.tag === undefined ? 'has no tag' : 'is at latest'}`]
    })
  },
}
