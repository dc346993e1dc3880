import { ClusterClient } from '../../../../src/adapters/cluster/client.ts'
import { Discovery } from '../../../../src/adapters/cluster/discovery.ts'
import { loadKubeConfig } from '../../../../src/adapters/cluster/load-kube-config.ts'
import { OpenApi } from '../../../../src/adapters/cluster/open-api.ts'
import { objectPath, query } from '../../../../src/adapters/cluster/resource-path.ts'
import type { JsonObject } from '../../../../src/model/json.ts'
import { gvkOf, type KubernetesObject, keyOf, type LiveObject } from '../../../../src/model/object.ts'
import type { Kinds, Resource } from '../../../../src/model/schema.ts'
import type { ControlPlane } from '../../../../src/sandbox/control-plane.ts'
import { kindsIn, Schemas } from '../../../../src/stages/live/schemas.ts'
import type { MergeSchema } from '../../../../src/stages/plan/schema/compiled-schema.ts'
import { until } from '../../../helpers/until.ts'

/** A control plane and what is known of it. */
export interface Bed extends AsyncDisposable {
  readonly controlPlane: ControlPlane
  readonly client: ClusterClient
  kinds(): Promise<Kinds>
  schemaOf(object: KubernetesObject): MergeSchema
  resourceOf(object: KubernetesObject): Promise<Resource>
  /** The OpenAPI document of an object's group version. */
  documentOf(object: KubernetesObject): Promise<JsonObject>
  /** The live object; undefined where there is none. */
  read(object: KubernetesObject): Promise<LiveObject | undefined>
  /** What the server answers to a whole object in place of the one that is there, as another writer. */
  replace(object: LiveObject, options: { readonly dryRun: boolean }): Promise<LiveObject>
  /** Waits until the kinds are served, and reads their schemas. */
  learn(objects: readonly KubernetesObject[]): Promise<void>
}

/** Everything that is neither Reeve nor kubectl writes under this name. */
export const OTHER_WRITER = 'other-writer'

export function openBed(controlPlane: ControlPlane): Bed {
  const client = new ClusterClient(() => loadKubeConfig(controlPlane.kubeconfig))
  const discovery = new Discovery(client)
  const openApi = new OpenApi(client)
  const schemas = new Schemas(openApi)
  const resourceOf = async (object: KubernetesObject): Promise<Resource> => {
    const resource = (await discovery.kinds()).resource(gvkOf(object))
    if (!resource) throw new Error(`${object.apiVersion} ${object.kind} is not served`)
    return resource
  }
  return {
    controlPlane,
    client,
    kinds: () => discovery.kinds(),
    resourceOf,
    documentOf: async ({ apiVersion }) => (await openApi.document(apiVersion))?.document ?? {},
    schemaOf: (object) => {
      const schema = schemas.of(gvkOf(object))
      if (!schema) throw new Error(`${object.apiVersion} ${object.kind} has no schema`)
      return schema
    },
    read: async (object) => client.get(await resourceOf(object), keyOf(object)),
    replace: async (object, { dryRun }) => replace(client, await resourceOf(object), object, dryRun),
    learn: async (objects) => {
      await until('all kinds are served', () => areServed(client, discovery, objects))
      schemas.refresh()
      await schemas.load(
        kindsIn(objects),
        objects.filter(({ kind }) => kind === 'CustomResourceDefinition'),
      )
    },
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  }
}

async function replace(
  client: ClusterClient,
  resource: Resource,
  object: LiveObject,
  dryRun: boolean,
): Promise<LiveObject> {
  const parameters = {
    fieldManager: OTHER_WRITER,
    fieldValidation: 'Strict',
    dryRun: dryRun ? 'All' : undefined,
  }
  const { body } = await client.raw('PUT', objectPath(resource, keyOf(object)) + query(parameters), {
    body: JSON.stringify(object),
    contentType: 'application/json',
    deadline: 0,
  })
  return JSON.parse(body)
}

/** Discovery may know of a kind before its objects can be had. */
async function areServed(
  client: ClusterClient,
  discovery: Discovery,
  objects: readonly KubernetesObject[],
): Promise<boolean> {
  const kinds = await discovery.refresh()
  const resources = new Set(objects.map((object) => kinds.resource(gvkOf(object))))
  const answers = await Promise.allSettled(
    [...resources].map(async (resource) => (resource ? client.list(resource) : Promise.reject())),
  )
  return answers.every(({ status }) => status === 'fulfilled')
}
