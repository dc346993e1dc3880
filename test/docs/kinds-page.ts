import { isJsonArray, isJsonObject, type JsonObject, objectIn, textIn } from '../../src/model/json.ts'
import { customResourceDefinitions } from '../../src/stages/declare/documents/custom-resource-definitions.ts'
import { code, page, table } from './markdown.ts'

const BEGIN = `# Kinds

Reeve reads two kinds of documents from Git. Both have \`apiVersion: reeve.dev/v1alpha1\`. A field that
is not listed here is a fault, reported by file and line. \`reeve crds\` prints their CustomResourceDefinitions;
with these in the cluster \`kubectl get\` shows the columns named below.
[Installations and groups](../using/installations-and-groups.md) says how they work together.`

/** A longer pattern explains nothing that the description does not. */
const LONGEST_PATTERN = 45

/** The reference of Reeve's own kinds, from their CustomResourceDefinitions. */
export function kindsPage(): string {
  return page(BEGIN, ...customResourceDefinitions().map(sectionOf))
}

function sectionOf(crd: JsonObject): string {
  const { names, versions } = objectIn(crd.spec)
  const version = objectIn(isJsonArray(versions) ? versions[0] : undefined)
  const schema = objectIn(objectIn(version.schema).openAPIV3Schema)
  const { spec, status } = objectIn(schema.properties)
  const { kind, shortNames } = objectIn(names)
  return page(
    `## ${textIn(kind)}`,
    textIn(schema.description),
    `Short name: ${listOf(shortNames).map(code).join(', ')}. Columns: ${columnsOf(version).join(', ')}.`,
    `### spec of ${textIn(kind)}\n\n${textIn(objectIn(spec).description)}`,
    fieldTable(objectIn(spec), 'spec'),
    rulesOf(objectIn(spec), 'spec').join('\n'),
    `### status of ${textIn(kind)}\n\n${textIn(objectIn(status).description)} Written by Reeve.`,
    fieldTable(objectIn(status), 'status'),
  ).trim()
}

function columnsOf({ additionalPrinterColumns }: JsonObject): readonly string[] {
  const columns = isJsonArray(additionalPrinterColumns) ? additionalPrinterColumns : []
  return columns.filter(isJsonObject).map(({ name, priority }) => {
    return `${textIn(name)}${priority === 1 ? ' (with `-o wide`)' : ''}`
  })
}

interface Field {
  readonly path: string
  readonly schema: JsonObject
  readonly isRequired: boolean
}

function fieldTable(schema: JsonObject, path: string): string {
  return table(
    ['field', 'type', 'meaning'],
    fieldsIn(schema, path).map((field) => [
      code(field.path),
      typeOf(field),
      textIn(field.schema.description),
    ]),
  )
}

/** All fields below a schema, each before those in it. */
function fieldsIn(schema: JsonObject, path: string): readonly Field[] {
  const inside = objectIn(schema.items)
  if (schema.type === 'array') return fieldsIn(inside, `${path}[]`)
  const required = listOf(schema.required)
  return Object.entries(objectIn(schema.properties)).flatMap(([name, value]) => {
    const field = objectIn(value)
    const at = `${path}.${name}`
    return [{ path: at, schema: field, isRequired: required.includes(name) }, ...fieldsIn(field, at)]
  })
}

function typeOf({ schema, isRequired }: Field): string {
  const { type } = schema
  const inside = objectIn(schema.items)
  const single = schema['x-kubernetes-int-or-string'] === true ? 'whole number or string' : textIn(type)
  const name = type === 'array' ? `list of ${textIn(inside.type)}s` : isMap(schema) ? 'mapping' : single
  const choices = listOf(schema.enum).map(code).join(', ')
  return [name, choices, isRequired ? 'required' : '', ...boundsOf(schema)]
    .filter((part) => part !== '')
    .join('; ')
}

function isMap(schema: JsonObject): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties !== undefined
}

function boundsOf(schema: JsonObject): readonly string[] {
  const { minLength, maxLength, maxItems, maxProperties, pattern } = schema
  return [
    minLength === 1 ? 'not empty' : '',
    typeof maxLength === 'number' ? `at most ${maxLength} characters` : '',
    typeof maxItems === 'number' ? `at most ${maxItems}` : '',
    typeof maxProperties === 'number' ? `at most ${maxProperties}` : '',
    typeof pattern === 'string' && pattern.length <= LONGEST_PATTERN ? `matches ${code(pattern)}` : '',
  ]
}

/** What no single field can say. */
function rulesOf(schema: JsonObject, path: string): readonly string[] {
  const own = schema['x-kubernetes-validations']
  const told = (isJsonArray(own) ? own : []).map((rule) => {
    const { message, fieldPath = '' } = objectIn(rule)
    return `- ${code(`${path}${textIn(fieldPath)}`)}: ${textIn(message)}`
  })
  const below = Object.entries(objectIn(schema.properties)).flatMap(([name, field]) =>
    rulesOf(objectIn(field), `${path}.${name}`),
  )
  return [...told, ...below]
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
