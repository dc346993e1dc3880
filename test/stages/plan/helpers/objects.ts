import type { ResolvedObject } from '../../../../src/model/installation.ts'
import type { JsonObject } from '../../../../src/model/json.ts'
import { INSTALLATION_LABEL, REPOSITORY_LABEL } from '../../../../src/model/labels.ts'
import { type KubernetesObject, keyOf, type LiveObject } from '../../../../src/model/object.ts'
import { revisionAt } from '../../../../src/model/revision.ts'
import { desiredOf } from '../../../../src/stages/plan/desired.ts'
import { digestOf } from '../../../../src/stages/plan/digest.ts'
import type { Owner } from '../../../../src/stages/plan/owner.ts'

export const commit = (digit: string): string => digit.repeat(40)

export const owner: Owner = { installationId: 'acme', repository: 'fleet', revision: revisionAt(commit('a')) }

export function configMap(data: JsonObject, metadata: JsonObject = {}): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'web', namespace: 'eu', ...metadata },
    data,
  }
}

export function resolvedOf(object: KubernetesObject): ResolvedObject {
  const origin = { file: 'acme/web.yaml', line: 3, document: 0, pointer: '' }
  return { object, origin, key: keyOf(object), digest: digestOf(object) }
}

/** The object as the API server has it after Reeve created it for `by`. */
export function appliedLive(object: KubernetesObject, metadata: JsonObject = {}, by = owner): LiveObject {
  return liveOf(desiredOf(resolvedOf(object), by), metadata)
}

/** The object as somebody else created it. */
export function liveOf(object: KubernetesObject, metadata: JsonObject = {}): LiveObject {
  return {
    ...object,
    metadata: { ...object.metadata, uid: 'uid-1', resourceVersion: '41', ...metadata },
  } as LiveObject
}

export function labels(installation: string, repository = 'fleet'): JsonObject {
  return { [REPOSITORY_LABEL]: repository, [INSTALLATION_LABEL]: installation }
}
