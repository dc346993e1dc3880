import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Schema, Validator } from '@cfworker/json-schema'

type Node = Readonly<Record<string, unknown>>

/** A request as a server received it. */
export interface ReceivedRequest {
  readonly method: string
  /** Below the API's URL. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
}

/** GitHub's own description of its API (OpenAPI), which npm has. */
export class GithubDescription {
  readonly #document: Node

  constructor() {
    const file = createRequire(import.meta.url).resolve('@octokit/openapi/package.json')
    const text = readFileSync(file.replace('package.json', 'generated/api.github.com.json'), 'utf8')
    this.#document = JSON.parse(text)
  }

  /** What is wrong with a request: its path, its method, names of its query, its body. */
  violations({ method, path, query, body }: ReceivedRequest): readonly string[] {
    const found = this.#operation(method, path)
    if (found === undefined) return [`${method} ${path}: not described`]
    const parameters = listIn(found.parameters).map((each) => this.#resolve(each))
    const known = new Set(parameters.filter((each) => each.in === 'query').map((each) => each.name))
    const unknown = [...query.keys()].filter((name) => !known.has(name))
    return [
      ...unknown.map((name) => `${method} ${path}: no parameter ${name}`),
      ...this.#badValues(parameters, query).map((name) => `${method} ${path}: bad ${name}`),
      ...this.#bodyViolations(found, body).map((words) => `${method} ${path}: ${words}`),
    ]
  }

  /** An example of an answer, to be changed. */
  // biome-ignore lint/suspicious/noExplicitAny: as the description has it
  example(name: string): any {
    const { examples } = nodeIn(this.#document.components)
    const { value } = nodeIn(nodeIn(examples)[name])
    if (value === undefined) throw new Error(`no example ${name}`)
    return structuredClone(value)
  }

  #operation(method: string, path: string): Node | undefined {
    const parts = path.split('/')
    const templates = Object.keys(nodeIn(this.#document.paths)).filter((template) => {
      const names = template.split('/')
      return (
        names.length === parts.length &&
        names.every((name, at) => name.startsWith('{') || name === decodeURIComponent(parts[at] ?? ''))
      )
    })
    const [best] = templates.sort((one, other) => one.split('{').length - other.split('{').length)
    const operation = nodeIn(nodeIn(this.#document.paths)[best ?? ''])[method.toLowerCase()]
    return operation === undefined ? undefined : nodeIn(operation)
  }

  #badValues(parameters: readonly Node[], query: URLSearchParams): readonly string[] {
    return parameters
      .filter(({ in: place, name }) => place === 'query' && query.has(String(name)))
      .filter(({ name, schema }) => {
        const text = query.get(String(name)) ?? ''
        const { type } = nodeIn(schema)
        return !this.#validator(schema).validate(type === 'integer' ? Number(text) : text).valid
      })
      .map(({ name }) => String(name))
  }

  #bodyViolations({ requestBody }: Node, body: unknown): readonly string[] {
    if (requestBody === undefined) return body === undefined ? [] : ['has a body']
    const { content } = this.#resolve(requestBody)
    const { schema } = nodeIn(nodeIn(content)['application/json'])
    const { properties } = this.#resolve(schema)
    const unknown = Object.keys(nodeIn(body)).filter((name) => !Object.hasOwn(nodeIn(properties), name))
    const { errors } = this.#validator(schema).validate(body ?? {})
    return [...unknown.map((name) => `unknown field ${name}`), ...errors.map(({ error }) => error)]
  }

  #validator(schema: unknown): Validator {
    return new Validator(this.#expanded(schema) as Schema, '2019-09', false)
  }

  /** The schema with what it refers to, and `nullable` as JSON Schema has it. */
  #expanded(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((each) => this.#expanded(each))
    if (typeof schema !== 'object' || schema === null) return schema
    const { nullable, example: _, ...rest } = this.#resolve(schema)
    const expanded = Object.fromEntries(
      Object.entries(rest).map(([name, value]) => [name, this.#expanded(value)]),
    )
    return nullable === true ? { anyOf: [{ type: 'null' }, expanded] } : expanded
  }

  #resolve(value: unknown): Node {
    const { $ref } = nodeIn(value)
    if (typeof $ref !== 'string') return nodeIn(value)
    return $ref
      .slice(2)
      .split('/')
      .reduce((node, name) => nodeIn(node[name]), this.#document)
  }
}

function nodeIn(value: unknown): Node {
  return typeof value === 'object' && value !== null ? (value as Node) : {}
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
