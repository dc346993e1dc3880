import test from 'ava'
import { parseConfig } from '../../src/cli/options/config-file.ts'
import { isRulesKey } from '../../src/cli/options/config-rules.ts'
import { isOptionName } from '../../src/cli/options/table.ts'
import { isJsonObject, type JsonObject } from '../../src/model/json.ts'
import { ownKindOf, readOwnDocument } from '../../src/stages/declare/documents/own-document.ts'
import { parseYaml } from '../../src/stages/declare/yaml/parse-yaml.ts'
import { type Fence, fencesIn, userDocuments } from './documents.ts'

/** What is wrong with a block of YAML: as YAML, as documents of Reeve's own, and as a configuration file. */
function wrongIn({ text }: Pick<Fence, 'text'>): readonly string[] {
  return parseYaml(text, 'block.yaml').flatMap(({ value = null, faults }) => {
    const broken = faults.map(({ message }) => message)
    return isJsonObject(value) ? [...broken, ...wrongDocument(value), ...wrongConfig(value, text)] : broken
  })
}

function wrongDocument(value: JsonObject): readonly string[] {
  const kind = ownKindOf(value)
  if (kind === undefined) return []
  const read = readOwnDocument(kind, value, '')
  return 'document' in read ? [] : read.defects.map(({ code, details }) => `${code}: ${details}`)
}

/** A mapping is a configuration file where one of its keys is a key of one. */
function wrongConfig(value: JsonObject, text: string): readonly string[] {
  const isConfig = Object.keys(value).some((key) => isOptionName(key) || isRulesKey(key))
  if (value.apiVersion !== undefined || !isConfig) return []
  return parseConfig('reeve.yaml', text).faults.map(({ message }) => message)
}

for (const document of await userDocuments()) {
  test(`YAML in ${document.path} is read without a fault`, (t) => {
    const fences = fencesIn(document).filter(({ language }) => language === 'yaml')
    for (const fence of fences) t.deepEqual(wrongIn(fence), [], `${document.path}:${fence.line}`)
    t.pass()
  })
}

test('a fault in a block of YAML is found', (t) => {
  t.regex(wrongIn({ text: 'a: 1\na: 2\n' }).join(), /duplicate key/)
  t.regex(wrongIn({ text: 'repo: https://git.example.com/a.git\nbranhc: main\n' }).join(), /unknown key/)
  t.regex(wrongIn({ text: 'ignore:\n  - kind: Secret\n    field: [/data]\n' }).join(), /field/)
  const document =
    'apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: a}\nspec: {valeus: {}}\n'
  t.regex(wrongIn({ text: document }).join(), /unknown-field: spec.valeus/)
})
