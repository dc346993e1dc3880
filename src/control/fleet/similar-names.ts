import { didYouMean } from '../../model/did-you-mean.ts'

/** A missing name, with the existing one that it is likely a typo of, or those that contain it. */
export function withSimilarNames(name: string, names: readonly string[]): string {
  const meant = didYouMean(name, names)
  if (meant !== '') return name + meant
  const last = name.slice(name.lastIndexOf('/') + 1)
  const near = names.filter((each) => each.includes(last)).slice(0, 5)
  return near.length === 0 ? name : `${name}; similar names: ${near.join(', ')}`
}
