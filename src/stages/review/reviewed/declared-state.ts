import { hash } from 'node:crypto'
import type { Installation } from '../../../model/installation.ts'
import { type JsonObject, writeJson } from '../../../model/json.ts'
import { gvkOf } from '../../../model/object.ts'
import { declaredText } from '../../plan/digest.ts'

/** Stands for an installation that is not declared. */
export const ABSENT = ''
/** Stands for a state that cannot be found out: no review leads away from it. */
export const UNKNOWN = '?'

/**
 * The text of which the digest of all that an installation declares is made. It is that of the rendering, before the
 * cluster's kinds are known, so that it is the same before and after a CRD is there; whether it is suspended is left
 * out: stopping Reeve needs no review. Secrets are in it: the digest must be one that nobody else can make.
 */
export function declaredState(installation: Installation): string {
  const { name, namespace, serviceAccount, rules, atomic, requiresReview, dependsOn, objects } = installation
  const { leftAlone = [], hooks = [] } = installation
  const lines = [
    ...objects.map(lineOf),
    ...leftAlone.map((each) => `left alone ${lineOf(each)}`),
    ...hooks.map(({ declared }) => `hook ${lineOf(declared)}`),
  ]
  return JSON.stringify([
    name,
    namespace ?? '',
    serviceAccount ?? '',
    writeJson(rules as unknown as JsonObject),
    atomic === true,
    requiresReview === true,
    dependsOn.map((dependency) => dependency.name).sort(),
    lines.sort(),
  ])
}

/** With a whole digest: a short one could be met on purpose by who writes both objects. */
function lineOf({ object, varying = [], isCreatedNamespace }: Installation['objects'][number]): string {
  const { group, kind } = gvkOf(object)
  const { namespace = '', name } = object.metadata
  const digest = hash('sha256', declaredText(object, varying), 'base64url')
  return JSON.stringify([group, kind, namespace, name, digest, varying, isCreatedNamespace === true])
}
