import type { DeclaredObject } from '../../model/installation.ts'
import type { JsonObject } from '../../model/json.ts'
import { gvkOf, type KubernetesObject } from '../../model/object.ts'
import { mergePatch, pointersIn } from './merge-patch.ts'

const ANNOTATION = 'reeve.dev/restartedAt'

/** What has the Pods of a kind replaced, by `kind.group`, as a JSON merge patch (RFC 7396). */
const RESTARTS: Readonly<Record<string, (at: string) => JsonObject>> = {
  'Deployment.apps': inPodTemplate,
  'StatefulSet.apps': inPodTemplate,
  'DaemonSet.apps': inPodTemplate,
  'Rollout.argoproj.io': (at) => ({ spec: { restartAt: at } }),
  // Its operator gives them to the Pods of the server and of the job server.
  'Mattermost.installation.mattermost.com': (at) => ({
    spec: { podTemplate: { extraAnnotations: { [ANNOTATION]: at } } },
  }),
}

/**
 * The objects of an installation that was restarted at a time: the same time replaces no Pods twice, and each kind
 * replaces its Pods as it does for any change.
 *
 * @param at a date and time with its offset (RFC 3339)
 */
export function restarted(objects: readonly DeclaredObject[], at: string): readonly DeclaredObject[] {
  return objects.map((declared) => {
    const patch = patchFor(declared.object, at)
    if (patch === undefined) return declared
    const object = mergePatch(declared.object as JsonObject, patch) as KubernetesObject
    return { ...declared, object, restart: pointersIn(patch, '') }
  })
}

function patchFor(object: KubernetesObject, at: string): JsonObject | undefined {
  const { kind, group } = gvkOf(object)
  const name = `${kind}.${group}`
  return Object.hasOwn(RESTARTS, name) ? RESTARTS[name]?.(at) : undefined
}

function inPodTemplate(at: string): JsonObject {
  return { spec: { template: { metadata: { annotations: { [ANNOTATION]: at } } } } }
}
