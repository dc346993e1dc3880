import { isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { escapeToken, pointerOf, unescapeToken, valueAt } from '../../../model/json-pointer.ts'
import { percentDecoded } from '../../../model/percent-decoded.ts'
import { nodesBelow } from './keyword-shapes.ts'
import { type Pattern, Patterns } from './pattern.ts'
import { SchemaProblem } from './schema-problem.ts'

export type SchemaNode = boolean | JsonObject

/** A schema, checked and ready to be evaluated. */
export interface Schema {
  readonly root: SchemaNode
  /** The target of each node's `$ref`. */
  readonly targets: ReadonlyMap<JsonObject, SchemaNode>
  /** By text. */
  readonly patterns: ReadonlyMap<string, Pattern>
  /** The JSON pointer of each node. */
  readonly pointers: ReadonlyMap<JsonObject, string>
}

const DEEPEST = 200
const MOST_NODES = 50_000
/** Maximum length of a resolved address, in characters. */
const LONGEST_ADDRESS = 4_096
/** Placeholder for the schema's own address; nothing is fetched from it. */
const HERE = 'https://values.schema.invalid/'

/** A node yet to be read. */
interface Place {
  readonly node: JsonValue
  readonly pointer: string
  /** Base address of its references. */
  readonly base: string
  readonly depth: number
}

/** @throws SchemaProblem for an invalid schema, a reference outside of it, or a schema beyond the bounds */
export function readSchema(root: JsonValue): Schema {
  return new Reading(root).schema()
}

class Reading {
  readonly #root: JsonValue
  readonly #addresses = new Map<string, JsonValue>()
  readonly #references: { readonly node: JsonObject; readonly href: string; readonly pointer: string }[] = []
  readonly #pointers = new Map<JsonObject, string>()
  readonly #targets = new Map<JsonObject, SchemaNode>()
  readonly #patterns = new Map<string, Pattern>()
  readonly #compiler = new Patterns()

  constructor(root: JsonValue) {
    this.#root = root
  }

  schema(): Schema {
    this.#addresses.set(HERE, this.#root)
    this.#readAll({ node: this.#root, pointer: '', base: HERE, depth: 0 })
    for (const reference of this.#references) this.#resolve(reference)
    return {
      root: this.#root as SchemaNode,
      targets: this.#targets,
      patterns: this.#patterns,
      pointers: this.#pointers,
    }
  }

  #readAll(first: Place): void {
    let places: readonly Place[] = [first]
    while (places.length > 0) places = places.flatMap((place) => this.#read(place))
  }

  /** Reads a node and returns those below it. */
  #read({ node, pointer, base, depth }: Place): readonly Place[] {
    if (typeof node === 'boolean') return []
    if (!isJsonObject(node)) throw new SchemaProblem('a schema must be a mapping, true or false', pointer)
    if (this.#pointers.has(node)) return []
    if (depth > DEEPEST) throw new SchemaProblem('it nests too deeply', pointer)
    this.#pointers.set(node, pointer)
    if (this.#pointers.size > MOST_NODES) throw new SchemaProblem('it has too many parts', pointer)
    const own = this.#addressOf(node, base, pointer)
    if (typeof node.$ref === 'string')
      this.#references.push({
        node,
        href: resolve(node.$ref, own, `${pointer}/$ref`),
        pointer: `${pointer}/$ref`,
      })
    this.#compilePatterns(node, pointer)
    return nodesBelow(node, pointer).map((place) => ({ ...place, base: own, depth: depth + 1 }))
  }

  /** The base address of the references in a node: its own, if it has one. */
  #addressOf(node: JsonObject, base: string, pointer: string): string {
    const { $anchor } = node
    const id = node.$id ?? node.id
    const isNamed = typeof id === 'string' && id !== '' && !id.startsWith('#')
    const own = isNamed ? resolve(id, base, `${pointer}/$id`).replace(/#.*$/s, '') : base
    if (isNamed) this.#name(own, node, pointer)
    if (typeof id === 'string' && id.startsWith('#')) this.#name(resolve(id, base, pointer), node, pointer)
    if (typeof $anchor === 'string') this.#name(resolve(`#${$anchor}`, own, pointer), node, pointer)
    return own
  }

  #name(address: string, node: JsonObject, pointer: string): void {
    const known = this.#addresses.get(address)
    if (known !== undefined && known !== node && known !== this.#root)
      throw new SchemaProblem(`two parts of it have the address ${short(address)}`, pointer)
    this.#addresses.set(address, node)
  }

  #compilePatterns({ pattern, patternProperties }: JsonObject, pointer: string): void {
    if (typeof pattern === 'string') this.#compile(pattern, `${pointer}/pattern`)
    if (isJsonObject(patternProperties))
      for (const key of Object.keys(patternProperties))
        this.#compile(key, `${pointer}/patternProperties/${escapeToken(key)}`)
  }

  #compile(text: string, pointer: string): void {
    this.#patterns.set(text, this.#compiler.compile(text, pointer))
  }

  #resolve({
    node,
    href,
    pointer,
  }: {
    readonly node: JsonObject
    readonly href: string
    readonly pointer: string
  }) {
    const [address = '', fragment = ''] = href.split('#')
    const target =
      this.#addresses.get(fragment === '' ? address : href) ?? follow(this.#addresses.get(address), fragment)
    if (target === undefined)
      throw new SchemaProblem(
        `${short(String(node.$ref))} is not in the schema, and Reeve fetches no other schemas`,
        pointer,
      )
    this.#readAll({ node: target, pointer: pointerTo(fragment, pointer), base: address, depth: 0 })
    this.#targets.set(node, target as SchemaNode)
  }
}

function resolve(reference: string, base: string, pointer: string): string {
  const url = reference.length + base.length > LONGEST_ADDRESS ? null : URL.parse(reference, base)
  if (url === null) throw new SchemaProblem(`${short(reference)} is not a valid address`, pointer)
  return url.href
}

/** Resolves a fragment such as `/definitions/port` in a schema. */
function follow(root: JsonValue | undefined, fragment: string): JsonValue | undefined {
  return fragment.startsWith('/') ? valueAt(root, wordsOf(fragment)) : undefined
}

function wordsOf(fragment: string): readonly string[] {
  return fragment
    .split('/')
    .slice(1)
    .map((word) => unescapeToken(percentDecoded(word) ?? word))
}

function pointerTo(fragment: string, reference: string): string {
  return fragment.startsWith('/') ? pointerOf(wordsOf(fragment)) : reference
}

function short(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
