import type { GroupVersionKind } from '../../model/object.ts'
import type { Kinds, Resource } from '../../model/schema.ts'

/**
 * Looks up kinds among resources.
 *
 * @param resources for each group and kind, the preferred version first
 * @param unavailable `group/version` of APIs that did not answer
 */
export function kindsOf(resources: readonly Resource[], unavailable: readonly string[] = []): Kinds {
  const exact = new Map<string, Resource>()
  const preferred = new Map<string, Resource>()
  for (const resource of resources) {
    const kind = `${resource.group}/${resource.kind}`
    const version = `${kind}/${resource.version}`
    if (!exact.has(version)) exact.set(version, resource)
    if (!preferred.has(kind)) preferred.set(kind, resource)
  }
  const all = [...exact.values()]
  return {
    resource: ({ group, version, kind }: GroupVersionKind) => exact.get(`${group}/${kind}/${version}`),
    preferred: (group, kind) => preferred.get(`${group}/${kind}`),
    all: () => all,
    unavailable,
  }
}
