import { fault } from '../../model/fault.ts'
import { describeOwner, type FormerOwner } from '../../model/former-owner.ts'
import { isJsonArray, type JsonObject, objectIn } from '../../model/json.ts'
import type { LiveObject, ObjectKey } from '../../model/object.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import type { OwnerRecord } from './owner-record.ts'

const KINDS = {
  'flux-kustomization': {
    group: 'kustomize.toolkit.fluxcd.io',
    kind: 'Kustomization',
    command: 'kustomization',
  },
  'flux-helm-release': { group: 'helm.toolkit.fluxcd.io', kind: 'HelmRelease', command: 'helmrelease' },
} as const

type FluxTool = keyof typeof KINDS

export interface FluxOwner extends FormerOwner {
  readonly tool: FluxTool
}

export function isFlux(owner: FormerOwner): owner is FluxOwner {
  return Object.hasOwn(KINDS, owner.tool)
}

/** Record of Flux: whether the owner is suspended, and the objects that it applied (status.inventory). */
export async function fluxRecord(owner: FluxOwner, { client, kinds }: ClusterView): Promise<OwnerRecord> {
  const { group, kind } = KINDS[owner.tool]
  const { namespace, name } = owner
  const resource = kinds.preferred(group, kind)
  const object = resource && (await client.get(resource, { group, kind, namespace, name }))
  if (object === undefined) return { owner, objects: [] }
  const spec = objectIn(object.spec)
  return {
    owner,
    objects: inventory(object),
    ...(spec.suspend !== true && { fault: stillActive(owner) }),
    ...(owner.tool === 'flux-helm-release' && { storage: [storageOf(spec, namespace)] }),
  }
}

function stillActive(owner: FluxOwner) {
  const { namespace, name, tool } = owner
  const command = `flux suspend ${KINDS[tool].command} ${name} --namespace ${namespace}`
  return fault('owner-active', `${describeOwner(owner)}: ${command}`)
}

function storageOf({ storageNamespace }: JsonObject, namespace: string): string {
  return typeof storageNamespace === 'string' ? storageNamespace : namespace
}

/** Entries are named `<namespace>_<name>_<group>_<kind>` (cli-utils, ObjMetadata). */
function inventory({ status }: LiveObject): readonly ObjectKey[] {
  const { entries } = objectIn(objectIn(status).inventory)
  if (!isJsonArray(entries)) return []
  return entries.flatMap((entry) => {
    const [, namespace = '', name, group = '', kind] =
      /^([^_]*)_(.*)_([^_]*)_([^_]*)$/.exec(String(objectIn(entry).id)) ?? []
    return name && kind ? [{ group, kind, namespace, name: name.replaceAll('__', ':') }] : []
  })
}
