import { isJsonObject, type JsonObject, objectIn, textIn } from '../../../model/json.ts'
import { OWN_GROUP } from '../../../model/labels.ts'
import { gvkOf, qualifiedKind } from '../../../model/object.ts'
import { REDACTED } from '../../plan/describe/redact.ts'
import { isBuiltinGroup } from '../is-builtin-group.ts'
import { containersOf, podSpecOf } from '../pod-specs.ts'
import { type ImageReference, parseImage } from './image-reference.ts'

/** Maximum length of a version, in characters: a longer text is none. */
const LONGEST_VERSION = 128
/** Maximum length of a label's value that Kubernetes takes, in characters. */
const LONGEST_LABEL = 63

/** Images that an object uses and versions that it asks for, by what uses them: `container app`, `spec.version`. */
export function imagesIn(object: JsonObject): ReadonlyMap<string, ImageReference> {
  return new Map([...containerImages(object), ...resourceImages(object)])
}

function* containerImages(object: JsonObject): Generator<readonly [string, ImageReference]> {
  const spec = podSpecOf(object)
  if (spec === undefined) return
  for (const [name, { image }] of containersOf(spec)) {
    const reference = parseImage(image)
    if (reference !== undefined) yield [`container ${name}`, reference]
  }
}

/** Of a custom resource, where `spec.image` and `spec.version` mean this: its operator runs `spec.image`, at the tag `spec.version` where the image has none. */
function* resourceImages(object: JsonObject): Generator<readonly [string, ImageReference]> {
  const gvk = gvkOf({ apiVersion: textIn(object.apiVersion), kind: textIn(object.kind) })
  if (isBuiltinGroup(gvk.group) || !isJsonObject(object.spec)) return
  const { image, version } = object.spec
  const text = versionText(version)
  const reference = parseImage(isJsonObject(image) ? imageText(image) : image)
  if (reference === undefined) {
    if (text !== undefined && gvk.group !== OWN_GROUP)
      yield ['spec.version', { name: qualifiedKind(gvk), tag: text }]
  } else if (text === undefined || reference.tag !== undefined || reference.digest !== undefined) {
    yield ['spec.image', reference]
  } else yield ['spec.image', { ...reference, tag: text }]
}

/** `{repository, tag}`, which some operators use. */
function imageText(image: JsonObject): string {
  const { registry, repository, tag } = image
  const name = [registry, repository].map(textIn).filter((part) => part !== '')
  const text = versionText(tag)
  return text === undefined ? name.join('/') : `${name.join('/')}:${text}`
}

/** A version as YAML has it: `9.1` without quotes is a number. */
export function versionText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string' || value === '' || value.length > LONGEST_VERSION) return undefined
  return value.isWellFormed() && !value.includes(REDACTED) ? value : undefined
}

/** The chart that an object is made from, by the label `helm.sh/chart`; undefined for none. */
export function chartOf(object: JsonObject): { readonly name: string; readonly version: string } | undefined {
  const label = textIn(objectIn(objectIn(object.metadata).labels)['helm.sh/chart'])
  if (label.length > LONGEST_LABEL || label.includes(REDACTED)) return undefined
  const { name, version } = /^(?<name>.+?)-(?<version>v?\d+\.\d.*)$/.exec(label)?.groups ?? {}
  return name === undefined || version === undefined ? undefined : { name, version }
}
