import type { Decrypt } from '../../../model/decrypt.ts'
import type { Fault } from '../../../model/fault.ts'
import type { Secrets } from '../../../model/secrets.ts'
import { belowRoot, placedAt } from '../../../model/snapshot.ts'
import type { Template } from '../../../model/template.ts'
import type { Layer } from '../../../model/values.ts'
import { readKustomization } from '../../declare/kustomization.ts'
import { isKustomization } from '../../declare/template-files.ts'
import { directoryOf } from '../../declare/tree-path.ts'
import { checkValuesOf } from '../manifests/check-values.ts'
import type { CheckValues } from '../manifests/values-schema.ts'
import { readDefaults } from '../read-defaults.ts'

/** What an overlay says of its values. */
export interface OverlayValues {
  /** Absent where it has neither defaults nor a schema. */
  readonly defaults?: Layer
  readonly secrets?: Secrets
  readonly checkValues: CheckValues
}

/**
 * Reads the values.yaml and values.schema.json beside a kustomization. What it refers to itself is something else,
 * such as a file of a ConfigMap.
 */
export async function overlayValues(
  template: Template,
  decrypt: Decrypt,
): Promise<OverlayValues | { readonly faults: readonly Fault[] }> {
  const { directory, root } = template
  const files = ownFiles(template)
  if (files.size === 0) return { checkValues: () => [] }
  const own = { ...template, files }
  const checkValues = await checkValuesOf(own)
  const read = await readDefaults(own, decrypt)
  if ('faults' in read) return read
  const { layer, secrets } = read
  const file = belowRoot(placedAt(directory, 'values.yaml'), root) ?? layer.placeOf('').file
  const defaults: Layer = { ...layer, placeOf: (pointer) => ({ ...layer.placeOf(pointer), file }) }
  return { defaults, ...(secrets && { secrets }), checkValues }
}

function ownFiles({ directory, files }: Template): ReadonlyMap<string, Uint8Array> {
  const names = ['values.yaml', 'values.schema.json'].map((name) => placedAt(directory, name))
  const present = names.filter((name) => files.has(name))
  if (present.length === 0) return new Map()
  const referred = new Set(
    [...files]
      .filter(([path]) => isKustomization(path) && directoryOf(path) === directory)
      .flatMap(([path, bytes]) => readKustomization(new TextDecoder().decode(bytes), path).targets),
  )
  return new Map([...files].filter(([path]) => present.includes(path) && !referred.has(path)))
}
