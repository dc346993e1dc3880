import type { OpenApi } from '../cluster/open-api.ts'
import { type GroupVersionKind, gvkOf, type KubernetesObject } from '../model/object.ts'
import type { FieldSchema, SchemaOf } from '../model/schema.ts'
import { compileSchema } from '../plan/schema/compile-schema.ts'
import { schemaOfCrd } from '../plan/schema/schema-of-crd.ts'

interface Compiled {
  /** Address of the document that it was made of: it changes when the schema may have. */
  readonly url: string | undefined
  readonly schema: FieldSchema | undefined
}

/** The schemas of the kinds in use, each compiled when it is first wanted. */
export class Schemas {
  readonly #openApi: OpenApi
  readonly #compiled = new Map<string, Compiled>()

  constructor(openApi: OpenApi) {
    this.#openApi = openApi
  }

  /** What is loaded; undefined also for kinds that the server publishes no schema of. */
  readonly of: SchemaOf = (gvk) => this.#compiled.get(nameOf(gvk))?.schema

  /** Makes sure that the schemas of these kinds can be had; `crds` are those that Git declares. */
  async load(gvks: Iterable<GroupVersionKind>, crds: Iterable<KubernetesObject>): Promise<void> {
    const missing = [...gvks].filter((gvk) => !this.#compiled.has(nameOf(gvk)))
    const groupVersions = Map.groupBy(missing, groupVersionOf)
    await Promise.all([...groupVersions].map(([name, members]) => this.#compile(name, members, [...crds])))
  }

  /** Forgets what may have changed: a CRD or API service came, went or changed. */
  refresh(): void {
    this.#openApi.refresh()
    this.#compiled.clear()
  }

  async #compile(
    groupVersion: string,
    gvks: readonly GroupVersionKind[],
    crds: readonly KubernetesObject[],
  ): Promise<void> {
    const found = await this.#openApi.document(groupVersion)
    for (const gvk of gvks) {
      const schema = (found && compileSchema(found.document, gvk)) ?? declaredSchema(gvk, crds)
      if (schema !== undefined) this.#compiled.set(nameOf(gvk), { url: found?.url, schema })
    }
  }
}

/** From the CRD's own schema: the OpenAPI document shows it only about a second after. */
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

function groupVersionOf({ group, version }: GroupVersionKind): string {
  return group === '' ? version : `${group}/${version}`
}

function nameOf({ group, version, kind }: GroupVersionKind): string {
  return `${group}/${version}/${kind}`
}

/** The kinds of these objects, each once. */
export function kindsIn(objects: Iterable<KubernetesObject>): Iterable<GroupVersionKind> {
  const kinds = new Map<string, GroupVersionKind>()
  for (const object of objects) {
    const gvk = gvkOf(object)
    kinds.set(nameOf(gvk), gvk)
  }
  return kinds.values()
}
