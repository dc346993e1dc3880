import type { Decrypt } from '../../model/decrypt.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { isJsonObject } from '../../model/json.ts'
import type { Secrets } from '../../model/secrets.ts'
import { describeTemplate, type Template } from '../../model/template.ts'
import type { Layer } from '../../model/values.ts'
import { openDocuments } from '../declare/open-documents.ts'
import { locator } from '../declare/yaml/line-of.ts'
import { parseYaml } from '../declare/yaml/parse-yaml.ts'

/** The default values of a template. */
export interface Defaults {
  readonly layer: Layer
  /** Texts decrypted from its file. */
  readonly secrets?: Secrets
}

/** Reads the defaults of a template or chart from the values.yaml in its directory. */
export async function readDefaults(
  { directory, files, reference }: Template,
  decrypt: Decrypt,
): Promise<Defaults | { readonly fault: Fault }> {
  const file = `${directory}/values.yaml`
  const text = new TextDecoder().decode(files.get(file) ?? new Uint8Array())
  const opened = await openDocuments(parseYaml(text, file), file, decrypt)
  if (opened.undecryptable) return { fault: opened.undecryptable }
  const { secrets } = opened
  const [first] = opened.documents
  const [problem] = first?.faults ?? []
  if (problem) return { fault: problem }
  const values = first?.value ?? {}
  if (!isJsonObject(values))
    return { fault: fault('bad-value', 'values.yaml is not a mapping', { location: { file, line: 1 } }) }
  const locate = locator(text)
  const document = first?.document ?? 0
  const layer: Layer = {
    kind: 'template',
    name: describeTemplate(reference),
    values,
    placeOf: (pointer) => ({ file, line: locate(document, pointer) ?? 1 }),
  }
  return { layer, ...(secrets && { secrets }) }
}
