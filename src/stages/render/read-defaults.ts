import type { Decrypt } from '../../model/decrypt.ts'
import type { Fault } from '../../model/fault.ts'
import type { Secrets } from '../../model/secrets.ts'
import { placedAt } from '../../model/snapshot.ts'
import { describeTemplate, type Template } from '../../model/template.ts'
import type { Layer } from '../../model/values.ts'
import { readValues } from '../declare/read-values.ts'
import { parseYaml } from '../declare/yaml/parse-yaml.ts'

/** The default values of a template. */
export interface Defaults {
  readonly layer: Layer
  /** Texts decrypted from its file. */
  readonly secrets?: Secrets
}

/** Reads the defaults of a template or chart from the values.yaml in its directory. */
export async function readDefaults(
  { directory, files, reference }: Pick<Template, 'directory' | 'files' | 'reference'>,
  decrypt: Decrypt,
): Promise<Defaults | { readonly faults: readonly Fault[] }> {
  const file = placedAt(directory, 'values.yaml')
  const text = new TextDecoder().decode(files.get(file) ?? new Uint8Array())
  const read = await readValues(parseYaml(text, file), text, file, decrypt)
  if ('faults' in read) return read
  const { values, placeOf, secrets } = read
  const layer: Layer = { kind: 'template', name: describeTemplate(reference), values, placeOf }
  return { layer, ...(secrets && { secrets }) }
}
