import { locator } from '../declare/yaml/line-of.ts'
import { parseYaml } from '../declare/yaml/parse-yaml.ts'
import { type Fault, fault } from '../model/fault.ts'
import { isJsonObject } from '../model/json.ts'
import { describeTemplate, type Template } from '../model/template.ts'
import type { Layer } from '../model/values.ts'

/** The defaults of a template or chart, as the values.yaml in its directory says. */
export function readDefaults({ directory, files, reference }: Template): Layer | { readonly fault: Fault } {
  const file = directory === '' ? 'values.yaml' : `${directory}/values.yaml`
  const text = new TextDecoder().decode(files.get(file) ?? new Uint8Array())
  const [first] = parseYaml(text, file)
  const [problem] = first?.faults ?? []
  if (problem) return { fault: problem }
  const values = first?.value ?? {}
  if (!isJsonObject(values))
    return { fault: fault('bad-value', 'values.yaml is no mapping', { location: { file, line: 1 } }) }
  const locate = locator(text)
  const document = first?.document ?? 0
  return {
    kind: 'template',
    name: describeTemplate(reference),
    values,
    placeOf: (pointer) => ({ file, line: locate(document, pointer) ?? 1 }),
  }
}
