import { type Fault, fault } from '../../../model/fault.ts'
import type { DeclaredObject } from '../../../model/installation.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import { describeKey, idOf, type KubernetesObject, keyOf } from '../../../model/object.ts'
import type { BlueGreen } from '../../../model/strategy.ts'
import { isMattermost, mattermostObstacles } from './mattermost-copy.ts'
import { podTemplateOf } from './pod-specs.ts'
import { allowsCopies } from './switched-services.ts'

export interface Doubling {
  readonly objects: readonly DeclaredObject[]
  readonly workloads: readonly DeclaredObject[]
  readonly switched: readonly DeclaredObject[]
  readonly strategy: BlueGreen
}

/** Why an installation cannot run in two copies at a time, before anything of it is sent. */
export function doublingFaults({ objects, workloads, switched, strategy }: Doubling): readonly Fault[] {
  if (!switched.some(({ object }) => allowsCopies(object)))
    return [
      fault('strategy-not-allowed', 'no Service of it has reeve.dev/strategies: blueGreen', {
        location: strategy.location,
      }),
    ]
  const claims = sharedClaims(objects)
  return [
    ...(workloads.length === 0
      ? [fault('cannot-be-doubled', 'it has no workload', { location: strategy.location })]
      : []),
    ...workloads.flatMap((workload) =>
      obstaclesOf(workload.object, claims).map((reason) => faultAt(workload, reason)),
    ),
  ]
}

function faultAt({ object, origin: { file, line } }: DeclaredObject, reason: string): Fault {
  const key = keyOf(object)
  return fault('cannot-be-doubled', `${describeKey(key)}: ${reason}`, {
    location: { file, line },
    object: idOf(key),
  })
}

function obstaclesOf(object: KubernetesObject, claims: ReadonlySet<string>): readonly string[] {
  if (isMattermost(object))
    return [...mattermostObstacles(object), ...volumeObstacles(objectIn(object.spec), claims)]
  const { volumeClaimTemplates } = objectIn(object.spec)
  const pods = objectIn(podTemplateOf(object).spec)
  const hasClaims = isJsonArray(volumeClaimTemplates) && volumeClaimTemplates.length > 0
  return [
    ...(hasClaims ? ['its Pods have volumes of their own (volumeClaimTemplates)'] : []),
    ...(pods.hostNetwork === true ? ['its Pods have the ports of their nodes (hostNetwork)'] : []),
    ...hostPorts(pods).map((port) => `a port of the node, ${port}, is had by one Pod (hostPort)`),
    ...volumeObstacles(pods, claims),
  ]
}

function hostPorts(pods: JsonObject): readonly JsonValue[] {
  const containers = [pods.containers, pods.initContainers].flatMap(mappingsIn)
  return containers.flatMap(({ ports }) => mappingsIn(ports)).flatMap(({ hostPort }) => hostPort ?? [])
}

function volumeObstacles({ volumes }: JsonObject, claims: ReadonlySet<string>): readonly string[] {
  return mappingsIn(volumes).flatMap(({ persistentVolumeClaim }) => {
    const { claimName, readOnly } = objectIn(persistentVolumeClaim)
    if (typeof claimName !== 'string' || readOnly === true || claims.has(claimName)) return []
    return [`the claim ${claimName} is not one that several nodes mount (ReadWriteMany)`]
  })
}

/** Names of the claims that Pods of several nodes may mount. */
function sharedClaims(objects: readonly DeclaredObject[]): ReadonlySet<string> {
  const claims = objects.filter(
    ({ object }) => object.kind === 'PersistentVolumeClaim' && object.apiVersion === 'v1',
  )
  return new Set(claims.filter(({ object }) => isShared(object)).map(({ object }) => object.metadata.name))
}

function isShared({ spec }: KubernetesObject): boolean {
  const { accessModes } = objectIn(spec)
  return (
    isJsonArray(accessModes) &&
    accessModes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany')
  )
}

function mappingsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : []
}
