import { readFileSync } from 'node:fs'
import { readSopsKeys, type SopsKeys } from '../../../src/adapters/sops/sops-keys.ts'
import { isJsonObject, type JsonObject } from '../../../src/model/json.ts'
import { parseYaml } from '../../../src/stages/declare/yaml/parse-yaml.ts'

const folder = new URL('./fixtures/', import.meta.url)

/** The text of a file of fixtures/. */
export function fixture(path: string): string {
  return readFileSync(new URL(path, folder), 'utf8')
}

/** The mappings among the documents of a YAML or JSON text, read as Reeve reads manifests. */
export function documentsOf(text: string): readonly JsonObject[] {
  const documents = parseYaml(text, 'test.yaml')
  const faults = documents.flatMap((document) => document.faults)
  if (faults.length > 0) throw new Error(`the text has faults: ${JSON.stringify(faults)}`)
  return documents.map(({ value }) => value ?? null).filter(isJsonObject)
}

export function firstOf(text: string): JsonObject {
  const [document] = documentsOf(text)
  if (!document) throw new Error('there is no document')
  return document
}

/** The keys of these files of fixtures/keys. */
export function keysOf(...files: readonly string[]): SopsKeys {
  const textOf = (prefix: string) => {
    const texts = files.filter((file) => file.startsWith(prefix)).map((file) => fixture(`keys/${file}`))
    return texts.length > 0 ? texts.join('\n') : undefined
  }
  const [age, openpgp] = [textOf('age'), textOf('openpgp')]
  const read = readSopsKeys({ ...(age && { age }), ...(openpgp && { openpgp }) })
  if ('problem' in read) throw new Error(read.problem)
  return read.keys
}
