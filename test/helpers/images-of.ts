import { isJsonArray, isJsonObject, objectIn } from '../../src/model/json.ts'
import type { LiveObject } from '../../src/model/object.ts'

/** The names of the images that a Pod runs. */
export function imagesOf({ spec }: LiveObject): readonly string[] {
  const { containers } = objectIn(spec)
  if (!isJsonArray(containers)) return []
  return containers.filter(isJsonObject).flatMap(({ image }) => (typeof image === 'string' ? [image] : []))
}
