import { isJsonArray, isJsonObject, objectIn, parseJson } from '../../../model/json.ts'

/** A reference to content in a registry (OCI image-spec, descriptor.md). */
export interface Descriptor {
  /** `sha256:…` */
  readonly digest: string
  readonly size: number
  readonly mediaType: string
  readonly artifactType: string
  readonly annotations: Readonly<Record<string, unknown>>
}

/** The well-formed descriptors in a list of a manifest or an index, `layers` or `manifests`; none if it is no such thing. */
export function descriptorsIn(manifest: Uint8Array, list: 'layers' | 'manifests'): readonly Descriptor[] {
  const listed = objectIn(parseJson(new TextDecoder().decode(manifest)))[list]
  if (!isJsonArray(listed)) return []
  return listed.filter(isJsonObject).flatMap(({ digest, size, mediaType, artifactType, annotations }) => {
    if (typeof digest !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(digest)) return []
    return [
      {
        digest,
        size: Number(size),
        mediaType: String(mediaType),
        artifactType: String(artifactType),
        annotations: objectIn(annotations),
      },
    ]
  })
}
