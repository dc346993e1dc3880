import { isDeepStrictEqual } from 'node:util'
import { isJsonObject, type JsonObject, objectIn, textIn } from '../../../../model/json.ts'
import { listIn } from '../../pod-specs.ts'
import type { ToldChange } from '../../told-change.ts'
import { listed } from '../listed.ts'

const ROLE = /^rbac\.authorization\.k8s\.io\/(?:Cluster)?Role$/
/** Verbs that give rights to others, or the rights of others. */
const ESCALATING = ['escalate', 'bind', 'impersonate']
/** Label of a ClusterRole whose rules become part of the usual roles. */
const AGGREGATE = /^rbac\.authorization\.k8s\.io\/aggregate-to-(.+)$/
/** Maximum number of single comparisons of rights. */
const MOST_STEPS = 2_000_000

/** A rule of a role (rbac.authorization.k8s.io/v1). */
interface Rule {
  readonly groups: readonly string[]
  readonly resources: readonly string[]
  /** `*` where the rule is about objects of any name. */
  readonly names: readonly string[]
  readonly urls: readonly string[]
  readonly verbs: readonly string[]
}

/** Rights that a role newly holds. A new role gives none before it is bound: only what is always too much is told. */
export function widenedRole({ kind, before, after }: ToldChange): readonly string[] {
  if (!ROLE.test(kind) || after === undefined) return []
  const rules = rulesOf(after)
  if (before === undefined) return rules.filter(isTooMuch).map((rule) => `may ${describe(rule, rule.verbs)}`)
  return [...grownRules(rulesOf(before), rules), ...aggregations(before, after)]
}

function grownRules(before: readonly Rule[], after: readonly Rule[]): readonly string[] {
  const steps = after.reduce((sum, rule) => sum + sizeOf(rule) * Math.max(1, before.length), 0)
  if (steps > MOST_STEPS)
    return isDeepStrictEqual(before, after) ? [] : ['its rules change, and are too many to compare']
  return after.flatMap((rule) => {
    const verbs = rule.verbs.filter((verb) => !isCovered(rule, verb, before))
    return verbs.length === 0 ? [] : [`may now ${describe(rule, verbs)}`]
  })
}

function sizeOf({ groups, resources, names, urls, verbs }: Rule): number {
  return verbs.length * (groups.length * resources.length * names.length + urls.length)
}

/** Whether rules allow a verb on everything that a rule names. */
function isCovered({ groups, resources, names, urls }: Rule, verb: string, rules: readonly Rule[]): boolean {
  const allowing = rules.filter((rule) => has(rule.verbs, verb))
  const isAllowed = (group: string, resource: string, name: string) =>
    allowing.some((rule) => has(rule.groups, group) && hasResource(rule, resource) && has(rule.names, name))
  return (
    urls.every((url) =>
      allowing.some((rule) => has(rule.urls, url) || rule.urls.some((p) => isPrefix(p, url))),
    ) &&
    groups.every((group) =>
      resources.every((resource) => names.every((name) => isAllowed(group, resource, name))),
    )
  )
}

function has(list: readonly string[], item: string): boolean {
  return list.includes('*') || list.includes(item)
}

function hasResource({ resources }: Rule, resource: string): boolean {
  const slash = resource.indexOf('/')
  return has(resources, resource) || (slash > 0 && resources.includes(`*${resource.slice(slash)}`))
}

function isPrefix(pattern: string, url: string): boolean {
  return pattern.endsWith('*') && url.startsWith(pattern.slice(0, -1))
}

function isTooMuch({ resources, verbs }: Rule): boolean {
  return resources.includes('*') || verbs.some((verb) => ESCALATING.includes(verb))
}

function describe({ groups, resources, names, urls }: Rule, verbs: readonly string[]): string {
  const kinds = groups.flatMap((group) =>
    resources
      .slice(0, 10)
      .map((resource) => (group === '' || resource === '*' ? resource : `${resource}.${group}`)),
  )
  const named = names.includes('*') || names.length === 0 ? '' : ` named ${listed(names)}`
  const objects = kinds.includes('*') ? 'everything' : `${listed([...kinds, ...urls])}${named}`
  return `${verbs.includes('*') ? 'do anything with' : listed(verbs)} ${objects}`
}

function aggregations(before: JsonObject, after: JsonObject): readonly string[] {
  const labelsOf = ({ metadata }: JsonObject) => objectIn(objectIn(metadata).labels)
  const was = labelsOf(before)
  const roles = Object.entries(labelsOf(after)).flatMap(([label, value]) => {
    const role = AGGREGATE.exec(label)?.[1]
    return role !== undefined && value === 'true' && was[label] !== 'true' ? [role] : []
  })
  const isWider =
    isJsonObject(after.aggregationRule) && !isDeepStrictEqual(before.aggregationRule, after.aggregationRule)
  return [
    ...(roles.length === 0 ? [] : [`its rules become part of ${listed(roles)}`]),
    ...(isWider ? ['it takes in the rules of other ClusterRoles (aggregationRule)'] : []),
  ]
}

function rulesOf({ rules }: JsonObject): readonly Rule[] {
  return listIn(rules)
    .filter(isJsonObject)
    .map(({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }) => {
      const names = texts(resourceNames)
      return {
        groups: texts(apiGroups),
        resources: texts(resources),
        names: names.length === 0 ? ['*'] : names,
        urls: texts(nonResourceURLs),
        verbs: texts(verbs),
      }
    })
}

function texts(value: JsonObject[string] | undefined): readonly string[] {
  return listIn(value).map(textIn)
}
