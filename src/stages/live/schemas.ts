import { ApiError } from '../../adapters/cluster/api-error.ts'
import type { OpenApi } from '../../adapters/cluster/open-api.ts'
import type { JsonObject } from '../../model/json.ts'
import { apiVersionOf, type GroupVersionKind, gvkOf, type KubernetesObject } from '../../model/object.ts'
import type { FieldSchema, SchemaOf } from '../../model/schema.ts'
import type { ValidationSchema } from '../plan/check/defect.ts'
import { validationSchema, validationSchemaOfCrd } from '../plan/check/validation-schema.ts'
import { compileSchemas } from '../plan/schema/compile-schema.ts'
import { schemaOfCrd } from '../plan/schema/schema-of-crd.ts'

/** Schemas of the kinds in use, each compiled at its first use. */
export class Schemas {
  readonly #openApi: OpenApi
  readonly #compiled = new Map<string, FieldSchema | undefined>()
  /** Schemas for checks before writes, of the kinds that are checked, by kind. */
  readonly #validation = new Map<string, Promise<ValidationSchema | undefined>>()
  /** Components of OpenAPI documents that these schemas use, by the document's address. */
  readonly #components = new Map<string, Map<string, JsonObject>>()
  /** Finished and pending loads, so that concurrent callers share one. */
  #loads = new Map<string, Promise<void>>()

  constructor(openApi: OpenApi) {
    this.#openApi = openApi
  }

  /** A loaded schema; undefined also for kinds of which the server publishes none. */
  readonly of: SchemaOf = (gvk) => this.#compiled.get(nameOf(gvk))

  /** Whether the kind's schema was loaded, even if the server publishes none. */
  has(gvk: GroupVersionKind): boolean {
    return this.#compiled.has(nameOf(gvk))
  }

  /** Loads the schemas of these kinds; `crds` are the CRDs that Git declares. */
  async load(gvks: Iterable<GroupVersionKind>, crds: readonly KubernetesObject[]): Promise<void> {
    const wanted = [...gvks]
    const missing = wanted.filter((gvk) => !this.#loads.has(nameOf(gvk)))
    for (const [groupVersion, members] of Map.groupBy(missing, apiVersionOf))
      this.#start(groupVersion, members, crds)
    await Promise.all(wanted.map((gvk) => this.#loads.get(nameOf(gvk))))
  }

  /**
   * Makes the next use load schemas again, after a CRD or APIService was added, removed or changed. A plan in
   * progress goes on with the known schemas; without them every list would be atomic.
   */
  refresh(): void {
    this.#openApi.refresh()
    this.#loads = new Map()
    this.#validation.clear()
    this.#components.clear()
  }

  /**
   * The schema that objects of a kind are checked against before a write: that of a CustomResourceDefinition
   * in Git, which may change in the same commit, else the published one.
   */
  validation(
    gvk: GroupVersionKind,
    crds: readonly KubernetesObject[],
  ): Promise<ValidationSchema | undefined> {
    const crd = crds.find((each) => defines(each, gvk.group, gvk.kind))
    if (crd) return Promise.resolve(validationSchemaOfCrd(crd, gvk.version))
    const name = nameOf(gvk)
    const known = this.#validation.get(name)
    if (known) return known
    const read = this.#published(gvk)
    this.#validation.set(name, read)
    read.catch(() => this.#validation.delete(name)) // the caller gets the error; the next caller retries
    return read
  }

  /** Undefined where the server publishes no schemas: then it alone validates. */
  async #published(gvk: GroupVersionKind): Promise<ValidationSchema | undefined> {
    const found = await this.#openApi.document(apiVersionOf(gvk)).catch((error: unknown) => {
      if (error instanceof ApiError) return undefined
      throw error
    })
    if (found === undefined) return undefined
    const shared = this.#components.get(found.url) ?? new Map<string, JsonObject>()
    this.#components.set(found.url, shared)
    return validationSchema(found.document, gvk, shared)
  }

  #start(groupVersion: string, gvks: readonly GroupVersionKind[], crds: readonly KubernetesObject[]): void {
    const loads = this.#loads
    const load = this.#compile(groupVersion, gvks, crds)
    for (const gvk of gvks) loads.set(nameOf(gvk), load)
    // the caller gets the error; the next caller retries
    load.catch(() => {
      for (const gvk of gvks) loads.delete(nameOf(gvk))
    })
  }

  async #compile(
    groupVersion: string,
    gvks: readonly GroupVersionKind[],
    crds: readonly KubernetesObject[],
  ): Promise<void> {
    const loads = this.#loads
    const found = await this.#openApi.document(groupVersion)
    const published = found ? compileSchemas(found.document, gvks) : []
    gvks.forEach((gvk, index) => {
      // A schema requested before a refresh never replaces one requested after it.
      if (loads === this.#loads || !this.#compiled.has(nameOf(gvk)))
        this.#compiled.set(nameOf(gvk), published[index] ?? declaredSchema(gvk, crds))
    })
  }
}

/** Reads the CRD's own schema: the OpenAPI document shows it only about a second later. */
function declaredSchema(
  { group, version, kind }: GroupVersionKind,
  crds: readonly KubernetesObject[],
): FieldSchema | undefined {
  for (const crd of crds) {
    const schema = defines(crd, group, kind) ? schemaOfCrd(crd, version) : undefined
    if (schema !== undefined) return schema
  }
  return undefined
}

function defines(crd: KubernetesObject, group: string, kind: string): boolean {
  const spec = crd.spec as
    | { readonly group?: unknown; readonly names?: { readonly kind?: unknown } }
    | undefined
  return spec?.group === group && spec.names?.kind === kind
}

function nameOf({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}/${kind}`
}

/** Distinct kinds of these objects. */
export function kindsIn(objects: readonly KubernetesObject[]): Iterable<GroupVersionKind> {
  return distinctKinds(objects.map(gvkOf))
}

export function distinctKinds(kinds: readonly GroupVersionKind[]): Iterable<GroupVersionKind> {
  return new Map(kinds.map((kind) => [nameOf(kind), kind])).values()
}
