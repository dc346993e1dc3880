import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import { COPY_LABEL } from '../../../model/labels.ts'
import { isSelectedBy } from './pod-specs.ts'

/** A workload's spec whose Pods carry the label of the copy, and that selects only them. */
export function inTemplate(spec: JsonObject, isMattermost: boolean, copy: string): JsonObject {
  const label = { [COPY_LABEL]: copy }
  if (isMattermost) {
    const podTemplate = objectIn(spec.podTemplate)
    const extraLabels = { ...objectIn(podTemplate.extraLabels), ...label }
    return { ...spec, podTemplate: { ...podTemplate, extraLabels } }
  }
  const template = objectIn(spec.template)
  const metadata = objectIn(template.metadata)
  const labels = { ...objectIn(metadata.labels), ...label }
  const selector = objectIn(spec.selector)
  const pods = objectIn(template.spec)
  return {
    ...spec,
    selector: { ...selector, matchLabels: { ...objectIn(selector.matchLabels), ...label } },
    template: {
      ...template,
      metadata: { ...metadata, labels },
      spec: { ...pods, ...placedAlone(pods, objectIn(metadata.labels), label) },
    },
  }
}

/** Where Pods are spread, or kept apart from their like, the like are those of the same copy. */
function placedAlone(pods: JsonObject, labels: JsonObject, label: JsonObject): JsonObject {
  const fields = ['affinity', 'topologySpreadConstraints'].filter((field) => pods[field] !== undefined)
  return Object.fromEntries(fields.map((field) => [field, narrowed(pods[field] ?? null, labels, label)]))
}

function narrowed(value: JsonValue, labels: JsonObject, label: JsonObject): JsonValue {
  if (isJsonArray(value)) return value.map((item) => narrowed(item, labels, label))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]): [string, JsonValue] => {
      const matched = key === 'labelSelector' ? objectIn(child).matchLabels : undefined
      if (!isSelectedBy(matched, labels)) return [key, narrowed(child, labels, label)]
      return [key, { ...objectIn(child), matchLabels: { ...objectIn(matched), ...label } }]
    }),
  )
}
