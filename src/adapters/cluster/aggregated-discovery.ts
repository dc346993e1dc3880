import type { Resource } from '../../model/schema.ts'
import type { Discovered } from './discovered.ts'
import { parseAnswer } from './parse-answer.ts'

/** Fields in use of an APIGroupDiscoveryList (apidiscovery.k8s.io/v2). */
interface GroupList {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string }
    readonly versions?: readonly Version[]
  }[]
}

interface Version {
  readonly version: string
  readonly freshness?: string
  readonly resources?: readonly {
    readonly resource: string
    readonly responseKind?: { readonly kind?: string; readonly group?: string; readonly version?: string }
    readonly scope?: string
    readonly verbs?: readonly string[]
    readonly subresources?: readonly { readonly subresource: string }[]
  }[]
}

/** Reads aggregated discovery (KEP-3352). */
export function aggregatedResources(body: string): Discovered {
  const { items = [] } = parseAnswer(body, 'discovery') as object as GroupList
  const versions = items.flatMap(({ metadata, versions = [] }) =>
    versions.map((version) => ({ group: metadata?.name ?? '', ...version })),
  )
  return {
    resources: versions.flatMap((version) => resourcesOf(version.group, version)),
    unavailable: versions
      .filter(({ freshness }) => freshness === 'Stale')
      .map(({ group, version }) => `${group}/${version}`),
  }
}

function resourcesOf(group: string, { version, resources = [] }: Version): readonly Resource[] {
  return resources.flatMap(({ resource: plural, responseKind, scope, verbs = [], subresources = [] }) => {
    const kind = responseKind?.kind
    if (!kind) return []
    const hasStatus = subresources.some(({ subresource }) => subresource === 'status')
    const namespaced = scope === 'Namespaced'
    return [{ group, version, kind, plural, namespaced, verbs, ...(hasStatus && { hasStatus }) }]
  })
}
