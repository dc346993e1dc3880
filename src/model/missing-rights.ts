import { createHash } from 'node:crypto'

/** What Reeve does with the kinds that Git declares. */
const VERBS = ['get', 'list', 'watch', 'create', 'patch', 'delete']
/** Words of Kubernetes' RBAC authorizer, with names as Kubernetes allows them. */
const DENIED = /User "([^"\s]+)" cannot ([a-z]+) resource "([a-z0-9./-]+)" in API group "([a-z0-9.-]*)"/g
/** Maximum length of a list on one line. */
const LONGEST_LIST = 60
/** Maximum number of resources in the name of a role. */
const NAMED = 3
/** Number of hexadecimal digits in the name of a role. */
const DIGITS = 6

/** What an account lacks: a resource, or a subresource such as `deployments/scale`. */
interface MissingRight {
  readonly user: string
  readonly verb: string
  readonly group: string
  readonly resource: string
}

/**
 * What to do about refusals of RBAC: a ClusterRole for all resources that messages of the API server name, ready
 * to be applied. Undefined where they name none. Lines that begin with spaces are to be copied.
 */
export function grantRemedy(messages: Iterable<string>): string | undefined {
  const missing = [...messages].flatMap(missingRights)
  const [first] = missing
  if (first === undefined) return undefined
  const sentence =
    `grant ${first.user} these rights; where manifests/ is applied, this ClusterRole does, ` +
    'elsewhere it must also be bound:'
  return [sentence, ...roleLines(missing).map((line) => `  ${line}`)].join('\n')
}

/** Whether a ClusterRole grants what a fault says is missing. */
export function isGrantable({ code, message }: { readonly code: string; readonly message: string }): boolean {
  return code === 'forbidden' && missingRights(message).length > 0
}

function missingRights(message: string): readonly MissingRight[] {
  return [...message.matchAll(DENIED)].map(([, user = '', verb = '', resource = '', group = '']) => ({
    user,
    verb,
    group,
    resource,
  }))
}

/** A ClusterRole that manifests/ aggregates. */
function roleLines(missing: readonly MissingRight[]): readonly string[] {
  const rules = ruleLines(missing)
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: ClusterRole',
    'metadata:',
    `  name: ${roleName(missing, rules)}`,
    '  labels:',
    '    reeve.dev/aggregate-to-reeve: "true"',
    'rules:',
    ...rules,
  ]
}

/** Differs for other rules: a role of the same name would replace the earlier one, and take its rights. */
function roleName(missing: readonly MissingRight[], rules: readonly string[]): string {
  const resources = sorted(missing.map(({ resource }) => resource.replace('/', '-')))
  const more = resources.length > NAMED ? [`and-${resources.length - NAMED}-more`] : []
  const digest = createHash('sha256').update(rules.join('\n')).digest('hex').slice(0, DIGITS)
  return ['reeve', ...resources.slice(0, NAMED), ...more, digest].join('-')
}

function ruleLines(missing: readonly MissingRight[]): readonly string[] {
  const byResource = Map.groupBy(missing, ({ group, resource }) => `${group} ${resource}`)
  const rights = [...byResource.values()].flatMap((same) => {
    const [first] = same
    return first ? [{ ...first, verbs: verbsFor(first, same) }] : []
  })
  const byRule = Map.groupBy(rights, ({ group, verbs }) => `${group} ${verbs.join()}`)
  return [...byRule]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, same]) => {
      const [first] = same
      if (first === undefined) return []
      return [
        `  - apiGroups: [${first.group === '' ? '""' : first.group}]`,
        ...listLines('resources', sorted(same.map(({ resource }) => resource))),
        ...listLines('verbs', first.verbs),
      ]
    })
}

/** Of a kind all that Reeve does with it: a refusal names just the first thing. */
function verbsFor({ resource }: MissingRight, missing: readonly MissingRight[]): readonly string[] {
  const refused = sorted(missing.map(({ verb }) => verb))
  return resource.includes('/') ? refused : [...VERBS, ...refused.filter((verb) => !VERBS.includes(verb))]
}

function listLines(name: string, items: readonly string[]): readonly string[] {
  const line = `    ${name}: [${items.join(', ')}]`
  return line.length <= LONGEST_LIST ? [line] : [`    ${name}:`, ...items.map((item) => `      - ${item}`)]
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted()
}
