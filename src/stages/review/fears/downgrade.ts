import type { JsonObject } from '../../../model/json.ts'
import { valueAt } from '../../../model/json-pointer.ts'
import { describeVersion } from '../images/image-reference.ts'
import { chartOf, imagesIn, versionText } from '../images/images-in.ts'
import { isDowngrade } from '../images/is-downgrade.ts'
import { containersOf, podSpecOf } from '../pod-specs.ts'
import type { ToldChange } from '../told-change.ts'
import type { FearFinder, FoundFear } from './fear-finder.ts'

/** Where custom resources name a version, and which. */
const VERSIONS: readonly (readonly [what: string, path: readonly string[]])[] = [
  ['version', ['spec', 'version']],
  ['chart version', ['spec', 'chart', 'spec', 'version']],
  ['targetRevision', ['spec', 'source', 'targetRevision']],
]

/** An image, a version or a chart that is older than the one before. */
export const downgrade: FearFinder = {
  kind: 'downgrade',
  find: (change) => [...images(change), ...versions(change), ...chart(change)],
  part: (object) => {
    const containers = [...containersOf(podSpecOf(object) ?? {})]
    return [
      ...containers.map(([name, { image = null }]) => [name, image]),
      ...[...VERSIONS.map(([, path]) => path), ['spec', 'image']].map(
        (path) => valueAt(object, path) ?? null,
      ),
    ]
  },
}

function images({ before, after }: ToldChange): readonly string[] {
  if (before === undefined || after === undefined) return []
  const was = imagesIn(before)
  return [...imagesIn(after)].flatMap(([user, image]) => {
    const old = was.get(user)
    if (old?.tag === undefined || image.tag === undefined || user === 'spec.version') return []
    if (lastPart(old.name) !== lastPart(image.name) || !isDowngrade(old.tag, image.tag)) return []
    return [`${image.name} ${describeVersion(old)} → ${describeVersion(image)}`]
  })
}

/** The same image from another registry keeps its last part. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

function versions({ before, after }: ToldChange): readonly string[] {
  if (before === undefined || after === undefined || isRunAsTag(after)) return []
  return VERSIONS.flatMap(([what, path]) => {
    const [was, is] = [before, after].map((object) => versionText(valueAt(object, path)))
    return was !== undefined && is !== undefined && isDowngrade(was, is) ? [`${what} ${was} → ${is}`] : []
  })
}

/** `spec.version` is told with the image that it is a tag of. */
function isRunAsTag(object: JsonObject): boolean {
  const image = imagesIn(object).get('spec.image')
  return image?.tag !== undefined && image.tag === versionText(valueAt(object, ['spec', 'version']))
}

/** Once for all objects that the chart makes. */
function chart({ before, after }: ToldChange): readonly FoundFear[] {
  const [was, is] = [before && chartOf(before), after && chartOf(after)]
  if (was === undefined || is === undefined || was.name !== is.name) return []
  return isDowngrade(was.version, is.version)
    ? [{ details: `chart ${is.name} ${was.version} → ${is.version}`, isOfWhole: true }]
    : []
}
