import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'
import type { KubernetesObject } from '../../model/object.ts'
import type { Kinds, Resource } from '../../model/schema.ts'
import { VERBS } from '../../model/well-known-resources.ts'
import { kindsOf } from './kinds.ts'

/** The kinds, with those of declared CustomResourceDefinitions that the cluster does not serve yet. */
export function withDeclaredCrds(kinds: Kinds, crds: Iterable<KubernetesObject>): Kinds {
  const declared = [...crds].flatMap(resourcesOf)
  return declared.length === 0 ? kinds : kindsOf([...kinds.all(), ...declared], kinds.unavailable)
}

/** The kinds that a CustomResourceDefinition defines; none if it is malformed. */
export function resourcesOf(crd: KubernetesObject): readonly Resource[] {
  const spec = objectIn(crd.spec)
  const names = objectIn(spec.names)
  const { group } = spec
  const { kind, plural } = names
  if (typeof group !== 'string' || typeof kind !== 'string' || typeof plural !== 'string') return []
  const namespaced = spec.scope !== 'Cluster'
  return servedVersions(spec.versions)
    .sort(byPriority)
    .map(({ name: version, subresources }) => {
      const hasStatus = isJsonObject(subresources) && isJsonObject(subresources.status)
      return { group, version, kind, plural, namespaced, verbs: VERBS, ...(hasStatus && { hasStatus }) }
    })
}

type ServedVersion = JsonObject & { readonly name: string }

function servedVersions(versions: JsonValue | undefined): ServedVersion[] {
  if (!isJsonArray(versions)) return []
  return versions.filter((version): version is ServedVersion => {
    return isJsonObject(version) && typeof version.name === 'string' && version.served === true
  })
}

/** The order of Kubernetes: v2, v1, v2beta1, v1beta2, v1alpha1, then others (CRD versioning, priority). */
function byPriority({ name: a }: ServedVersion, { name: b }: ServedVersion): number {
  const [left, right] = [rankOf(a), rankOf(b)]
  const at = left.findIndex((rank, index) => rank !== right[index])
  return at < 0 ? a.localeCompare(b) : (right[at] ?? 0) - (left[at] ?? 0)
}

const STABILITY: Readonly<Record<string, number>> = { alpha: 1, beta: 2 }

function rankOf(version: string): readonly number[] {
  const match = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version)
  if (match === null) return [0, 0, 0]
  const [, major, stability, minor] = match
  return [stability === undefined ? 3 : (STABILITY[stability] ?? 0), Number(major), Number(minor ?? 0)]
}
