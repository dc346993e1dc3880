import { gunzipSync } from 'node:zlib'
import type { FormerOwner } from '../../model/former-owner.ts'
import { isJsonObject } from '../../model/json.ts'
import { idOf, type LiveObject, type ObjectKey } from '../../model/object.ts'
import type { Kinds } from '../../model/schema.ts'
import { SECRETS } from '../../model/well-known-resources.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { resolve } from '../../stages/plan/resolve.ts'
import { readRendered } from '../../stages/render/read-rendered.ts'
import type { OwnerRecord } from './owner-record.ts'

/** Maximum unpacked size: a Secret holds at most 1 MiB, which may unpack to a thousand times that. */
const maxReleaseBytes = 64 * 1024 ** 2

/** A Helm release with its record: one Secret for each revision. */
export interface HelmRelease extends OwnerRecord {
  /** Without their content. */
  readonly secrets: readonly LiveObject[]
}

/** Record of a release, in its own namespace or where Flux keeps it; undefined if there is none. */
export async function helmRelease(
  owner: FormerOwner,
  storage: readonly string[],
  view: ClusterView,
): Promise<HelmRelease | undefined> {
  for (const namespace of new Set([owner.namespace, ...storage])) {
    const secrets = await releaseSecrets(namespace, view, owner.name)
    const release = await releaseOf(secrets, view)
    if (release?.owner.namespace === owner.namespace) return release
  }
  return undefined
}

/** All releases recorded in a namespace. */
export async function helmReleasesIn(namespace: string, view: ClusterView): Promise<readonly HelmRelease[]> {
  const secrets = await releaseSecrets(namespace, view)
  const byName = Map.groupBy(secrets, ({ metadata }) => metadata.labels?.name)
  const releases = await Promise.all([...byName.values()].map((members) => releaseOf(members, view)))
  return releases.filter((release) => release !== undefined)
}

/** Removes the Secrets of a release, the oldest revision first; a failure leaves the remaining ones. */
export async function removeRecord({ secrets }: HelmRelease, { client }: ClusterView): Promise<void> {
  const remove = ({ metadata }: LiveObject) => client.delete(SECRETS, keyOf(metadata), { uid: metadata.uid })
  for (const secret of secrets.toSorted(byVersion)) await remove(secret)
}

/** Reads metadata only: content is read of the latest Secret alone (helm, pkg/storage/driver/secrets.go). */
async function releaseSecrets(
  namespace: string,
  { client }: ClusterView,
  name?: string,
): Promise<readonly LiveObject[]> {
  const labelSelector = name === undefined ? 'owner=helm' : `owner=helm,name=${name}`
  const fieldSelector = 'type=helm.sh/release.v1'
  const { items } = await client.list(SECRETS, {
    namespace,
    labelSelector,
    fieldSelector,
    metadataOnly: true,
  })
  return items
}

async function releaseOf(
  secrets: readonly LiveObject[],
  { client, kinds }: ClusterView,
): Promise<HelmRelease | undefined> {
  const latest = latestOf(secrets)
  const secret = latest && (await client.get(SECRETS, keyOf(latest.metadata)))
  const content = secret && contentOf(secret)
  return content && { ...readRelease(content, kinds), secrets }
}

/** The deployed revision, or the last one if none is deployed. */
function latestOf(secrets: readonly LiveObject[]): LiveObject | undefined {
  const sorted = secrets.toSorted(byVersion)
  return sorted.findLast(({ metadata }) => metadata.labels?.status === 'deployed') ?? sorted.at(-1)
}

function byVersion(a: LiveObject, b: LiveObject): number {
  return Number(a.metadata.labels?.version) - Number(b.metadata.labels?.version)
}

interface Content {
  readonly name: string
  readonly namespace: string
  readonly version: number
  readonly manifest: string
}

/** Decodes compressed JSON in base64 of its own (helm, pkg/storage/driver/util.go); undefined otherwise. */
function contentOf({ data }: LiveObject): Content | undefined {
  const encoded = isJsonObject(data) && typeof data.release === 'string' ? data.release : ''
  try {
    const bytes = Buffer.from(Buffer.from(encoded, 'base64').toString('latin1'), 'base64')
    const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b
    const json = isCompressed ? gunzipSync(bytes, { maxOutputLength: maxReleaseBytes }) : bytes
    const release: unknown = JSON.parse(json.toString('utf8'))
    if (!isJsonObject(release)) return undefined
    const { name, namespace, version, manifest } = release
    if (typeof name !== 'string' || typeof namespace !== 'string') return undefined
    return { name, namespace, version: Number(version), manifest: String(manifest ?? '') }
  } catch {
    return undefined // zlib and JSON.parse each throw their own errors
  }
}

function readRelease({ name, namespace, version, manifest }: Content, kinds: Kinds): OwnerRecord {
  const { objects } = readRendered(manifest, 'manifest.yaml')
  const resolved = resolve({ objects, namespace }, kinds, { namespace }).objects
  return {
    owner: { tool: 'helm', namespace, name },
    revision: version,
    objects: resolved.map(({ key }) => key),
    manifests: new Map(resolved.map(({ key, object }) => [idOf(key), object])),
  }
}

function keyOf({ name, namespace = '' }: LiveObject['metadata']): ObjectKey {
  return { group: '', kind: 'Secret', namespace, name }
}
