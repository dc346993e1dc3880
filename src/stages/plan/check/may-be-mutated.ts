import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import type { KubernetesObject } from '../../../model/object.ts'
import type { Resource } from '../../../model/schema.ts'

/**
 * Whether admission may change objects of a kind before they are validated; then only decoding errors are
 * certain. Ignores selectors and conditions.
 *
 * @param configurations MutatingWebhookConfigurations and MutatingAdmissionPolicies of the cluster
 */
export function mayBeMutated(resource: Resource, configurations: readonly KubernetesObject[]): boolean {
  return configurations.flatMap(rulesOf).some((rule) => matches(rule, resource))
}

function rulesOf(configuration: KubernetesObject): readonly JsonObject[] {
  const { webhooks, spec } = configuration as JsonObject
  const constraints = objectIn(objectIn(spec).matchConstraints)
  return [...listIn(webhooks).flatMap(({ rules }) => listIn(rules)), ...listIn(constraints.resourceRules)]
}

function listIn(value: JsonValue | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : []
}

/**
 * Patterns for all subresources also match the resource itself. Events are served in two groups; a rule for
 * one also applies to the other (matchPolicy: Equivalent).
 */
function matches({ apiGroups, resources }: JsonObject, { group, plural }: Resource): boolean {
  const isOfGroup = includes(apiGroups, group) || plural === 'events'
  return isOfGroup && includes(resources, plural, `${plural}/*`, '*/*')
}

function includes(list: JsonValue | undefined, ...names: readonly string[]): boolean {
  return isJsonArray(list) && ['*', ...names].some((name) => list.includes(name))
}
