import { nameInCopy } from '../../../model/copy.ts'
import type { DeclaredObject } from '../../../model/installation.ts'
import { type JsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import { COPY_LABEL, INSTALL_WAVE_ANNOTATION, WAVE_ANNOTATION } from '../../../model/labels.ts'
import { idOf, type KubernetesObject, keyOf } from '../../../model/object.ts'
import { installWaveOf, waveOf } from '../../../model/wave.ts'
import { isDisruptionBudget, targetField } from './companions.ts'
import { isMentioned } from './is-mentioned.ts'
import { isMattermost, NAMING_LABELS } from './mattermost-copy.ts'
import type { CopyPlan } from './plan-copies.ts'
import { withReferences } from './pod-specs.ts'
import { isRoute, isScheduled } from './roles.ts'
import { inTemplate } from './template-in-copy.ts'

/** The objects of an installation with its workloads in a copy, and its Services switched to that once it is well. */
export function withCopies(objects: readonly DeclaredObject[], plan: CopyPlan): readonly DeclaredObject[] {
  const isLate = ({ object }: DeclaredObject) =>
    plan.switched.has(idOf(keyOf(object))) || isRoute(object) || isScheduled(object)
  const copied = objects.filter((each) => !isLate(each)).flatMap((each) => inCopy(each, objects, plan))
  const wave = 1 + Math.max(0, ...copied.map(({ object }) => waveOf(object)))
  return [
    ...copied,
    ...objects.filter(isLate).map((each) => {
      const id = idOf(keyOf(each.object))
      const object = plan.switched.has(id) ? switched(each.object, plan) : each.object
      return { ...each, object: late(object, wave) }
    }),
  ]
}

function inCopy(
  declared: DeclaredObject,
  all: readonly DeclaredObject[],
  plan: CopyPlan,
): readonly DeclaredObject[] {
  const { object } = declared
  const id = idOf(keyOf(object))
  if (plan.workloads.has(id)) return [{ ...declared, object: workloadIn(object, plan) }]
  if (plan.companions.has(id)) return [{ ...declared, object: companionIn(object, plan) }]
  if (!plan.mounted.has(id)) return [declared]
  const copy = { ...declared, object: renamed(object, plan) }
  return isMentioned(declared, all, plan) ? [declared, copy] : [copy]
}

function renamed(object: KubernetesObject, { name }: CopyPlan): KubernetesObject {
  const { metadata } = object
  const labels = { ...metadata.labels, [COPY_LABEL]: name }
  return { ...object, metadata: { ...metadata, name: nameInCopy(metadata.name, name), labels } }
}

function workloadIn(object: KubernetesObject, plan: CopyPlan): KubernetesObject {
  const { namespace = '' } = object.metadata
  const copy = renamed(object, plan)
  const spec = withReferences(objectIn(object.spec), (kind, name) => {
    const isMounted = plan.mounted.has(idOf({ group: '', kind, namespace, name }))
    return isMounted ? nameInCopy(name, plan.name) : name
  }) as JsonObject
  return { ...copy, spec: inTemplate(spec, isMattermost(object), plan.name) }
}

function companionIn(object: KubernetesObject, plan: CopyPlan): KubernetesObject {
  const copy = renamed(object, plan)
  const spec = objectIn(object.spec)
  if (isDisruptionBudget(object))
    return { ...copy, spec: { ...spec, selector: withLabel(objectIn(spec.selector), plan.name) } }
  const field = targetField(object) ?? ''
  const target = objectIn(spec[field])
  return {
    ...copy,
    spec: { ...spec, [field]: { ...target, name: nameInCopy(String(target.name), plan.name) } },
  }
}

function withLabel(selector: JsonObject, name: string): JsonObject {
  return { ...selector, matchLabels: { ...objectIn(selector.matchLabels), [COPY_LABEL]: name } }
}

/** A Service that selects only Pods of the copy. */
function switched(object: KubernetesObject, plan: CopyPlan): KubernetesObject {
  const spec = objectIn(object.spec)
  const selector = Object.entries(objectIn(spec.selector)).map(([label, value]): [string, JsonValue] => [
    label,
    NAMING_LABELS.has(label) && typeof value === 'string' ? nameInCopy(value, plan.name) : value,
  ])
  return {
    ...object,
    spec: { ...spec, selector: { ...Object.fromEntries(selector), [COPY_LABEL]: plan.name } },
  }
}

/** After all else, but not where it is installed: Pods may need their Services to start. */
function late(object: KubernetesObject, wave: number): KubernetesObject {
  if (waveOf(object) >= wave) return object
  const { metadata } = object
  const annotations = {
    ...metadata.annotations,
    [WAVE_ANNOTATION]: String(wave),
    [INSTALL_WAVE_ANNOTATION]: String(installWaveOf(object)),
  }
  return { ...object, metadata: { ...metadata, annotations } }
}
