import { type ApiServer, apiGet, DISCOVERY } from './api-get.ts'

/** What an API server serves (apidiscovery.k8s.io/v2, APIGroupDiscoveryList). */
interface Discovery {
  readonly items: readonly Group[]
}

interface Group {
  readonly metadata: { readonly name?: string }
  /** The preferred one first. */
  readonly versions: readonly Version[]
}

interface Version {
  readonly version: string
  readonly resources?: readonly Resource[]
}

interface Resource {
  readonly resource: string
  readonly responseKind?: { readonly kind: string }
  readonly scope: 'Cluster' | 'Namespaced'
  readonly singularResource: string
  readonly shortNames?: readonly string[]
}

/**
 * The path of a resource that is named as kubectl takes it: `cm`, `deployment`, `deployments.apps` or
 * `deployments.v1.apps`. Undefined where the API server does not serve it.
 */
export async function resourcePath(
  api: ApiServer,
  namespace: string,
  type: string,
): Promise<string | undefined> {
  return (await findIn(api, '/api', namespace, type)) ?? (await findIn(api, '/apis', namespace, type))
}

async function findIn(
  api: ApiServer,
  root: '/api' | '/apis',
  namespace: string,
  type: string,
): Promise<string | undefined> {
  const { code, body } = await apiGet(api, root, DISCOVERY)
  if (code !== 200) throw new Error(`${root}: ${code} ${body}`)
  const { items } = JSON.parse(body) as Discovery
  for (const { metadata, versions } of items) {
    const group = metadata.name ?? ''
    for (const { version, resources = [] } of versions) {
      const found = resources.find((resource) => isNamed(resource, group, version, type))
      if (!found) continue
      const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
      return `${base}${found.scope === 'Cluster' ? '' : `/namespaces/${namespace}`}/${found.resource}`
    }
  }
  return undefined
}

function isNamed(resource: Resource, group: string, version: string, type: string): boolean {
  const names = [resource.resource, resource.singularResource, resource.responseKind?.kind.toLowerCase()]
  return [...names, ...(resource.shortNames ?? [])].some(
    (name) => type === name || type === `${name}.${group}` || type === `${name}.${version}.${group}`,
  )
}
