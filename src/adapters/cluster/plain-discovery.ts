import type { Resource } from '../../model/schema.ts'
import { ApiError } from './api-error.ts'
import type { ClusterClient } from './client.ts'
import type { Discovered } from './discovered.ts'
import { parseAnswer } from './parse-answer.ts'

/** Fields in use of APIVersions at /api or APIGroupList at /apis (meta/v1). */
interface Groups {
  readonly versions?: readonly string[]
  readonly groups?: readonly {
    readonly name: string
    readonly preferredVersion?: { readonly version: string }
    readonly versions: readonly { readonly version: string }[]
  }[]
}

interface GroupVersion {
  readonly group: string
  readonly version: string
}

/** APIResourceList of one group version. */
interface ResourceList {
  readonly resources?: readonly {
    readonly name: string
    readonly kind: string
    readonly namespaced: boolean
    readonly verbs?: readonly string[]
  }[]
}

/** Reads discovery in the form that all versions of Kubernetes serve: one request per group version. */
export async function plainDiscovery(client: ClusterClient, body: string): Promise<Discovered> {
  const versions = groupVersionsIn(parseAnswer(body, 'discovery') as object as Groups)
  const found = await Promise.all(versions.map((version) => ask(client, version)))
  return {
    resources: found.flatMap((resources) => resources ?? []),
    unavailable: versions
      .filter((_, index) => found[index] === undefined)
      .map(({ group, version }) => `${group}/${version}`),
  }
}

function groupVersionsIn({ versions = [], groups = [] }: Groups): readonly GroupVersion[] {
  return [
    ...versions.map((version) => ({ group: '', version })),
    ...groups.flatMap(({ name: group, preferredVersion, versions }) =>
      versions
        .map(({ version }) => ({ group, version }))
        .sort(
          (a, b) =>
            Number(b.version === preferredVersion?.version) - Number(a.version === preferredVersion?.version),
        ),
    ),
  ]
}

/** The resources of one group version; undefined if the request is refused: its API server may be down. */
async function ask(client: ClusterClient, at: GroupVersion): Promise<readonly Resource[] | undefined> {
  const path = at.group === '' ? `/api/${at.version}` : `/apis/${at.group}/${at.version}`
  try {
    const { body } = await client.raw('GET', path, { deadline: 2_000 })
    return resourcesIn(parseAnswer(body, path) as object as ResourceList, at)
  } catch (error) {
    if (error instanceof ApiError) return undefined
    throw error
  }
}

function resourcesIn({ resources = [] }: ResourceList, at: GroupVersion): readonly Resource[] {
  const names = new Set(resources.map(({ name }) => name))
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name: plural, kind, namespaced, verbs = [] }) => {
      const hasStatus = names.has(`${plural}/status`)
      return { ...at, kind, plural, namespaced, verbs, ...(hasStatus && { hasStatus }) }
    })
}
