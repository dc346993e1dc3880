import { idOf, type ObjectId, type ObjectKey } from '../../model/object.ts'

/**
 * Suffix that Kustomize's generators append to a name: ten characters of a digest of the content
 * (kustomize/api/hasher, encode).
 */
const DIGEST = /-[bcdfghkmt2456789]{10}$/
const GENERATED_KINDS: ReadonlySet<string> = new Set(['/ConfigMap', '/Secret'])

/**
 * The id of a generated object without the digest in its name: the same for any content. Undefined for a name
 * that no generator made.
 */
export function generatedId(key: ObjectKey): ObjectId | undefined {
  if (!GENERATED_KINDS.has(`${key.group}/${key.kind}`) || !DIGEST.test(key.name)) return undefined
  return idOf({ ...key, name: key.name.replace(DIGEST, '') })
}
