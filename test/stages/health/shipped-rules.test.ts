import { readdirSync, readFileSync } from 'node:fs'
import test from 'ava'
import { load } from 'js-yaml'
import { checkHealthRule } from '../../../src/adapters/cel/check-health-rule.ts'
import type { JsonObject } from '../../../src/model/json.ts'
import type { LiveObject } from '../../../src/model/object.ts'
import { healthOf } from '../../../src/stages/health/health-of.ts'
import type { ShippedRule } from '../../../src/stages/health/shipped-rules.ts'

const DIRECTORY = new URL('../../../src/stages/health/rules/', import.meta.url)
const CASES = '.cases.yaml'

/** A case by its title, `a Certificate that is issued is healthy`, and its object, as far as it matters. */
type Case = Readonly<Record<string, JsonObject>>

/** A YAML merge key would be ignored. */
const FIELDS = new Set(['suspended', 'degraded', 'progressing', 'healthy', 'message'])

const files = readdirSync(DIRECTORY)
/** Those without rules have cases that the conventions decide. */
const domains = new Set(files.map((file) => file.replace(/(?:\.cases)?\.yaml$/, '')))

function read<T>(file: string): T {
  return load(readFileSync(new URL(file, DIRECTORY), 'utf8')) as T
}

for (const domain of domains) {
  const rules = files.includes(`${domain}.yaml`) ? read<readonly ShippedRule[]>(`${domain}.yaml`) : []
  const cases = read<readonly Case[]>(`${domain}${CASES}`).flatMap((each) => Object.entries(each))

  test(`the rules for ${domain} are valid`, (t) => {
    t.true(cases.length > 0)
    for (const { group = domain, kinds, ...rule } of rules) {
      t.deepEqual(
        Object.keys(rule).filter((key) => !FIELDS.has(key)),
        [],
      )
      t.true(group === domain || group.endsWith(`.${domain}`), group)
      for (const kind of kinds) t.deepEqual(checkHealthRule({ objects: { group, kind }, ...rule }), [], kind)
    }
  })

  test(`each rule for ${domain} has its cases`, (t) => {
    const kinds = new Set(cases.map(([title]) => kindIn(title)))
    t.false(kinds.has(''))
    for (const { kinds: judged } of rules)
      t.true(
        judged.some((kind) => kinds.has(kind)),
        judged.join(', '),
      )
    t.pass()
  })

  for (const [title, parts] of cases)
    test(`${domain}: ${title}`, (t) => {
      const health = healthOf(objectOf(title, domain, parts))
      const expected = / is (\w+)$/.exec(title)?.[1]
      t.is(health.status, expected as typeof health.status, JSON.stringify(health))
    })
}

function kindIn(title: string): string {
  return /^an? (\w+) /.exec(title)?.[1] ?? ''
}

function objectOf(title: string, domain: string, parts: JsonObject): LiveObject {
  const { metadata, ...rest } = parts
  return {
    apiVersion: `${domain}/v1`,
    kind: kindIn(title),
    metadata: { name: 'a', namespace: 'eu', uid: 'u', resourceVersion: '1', ...(metadata as JsonObject) },
    ...rest,
  }
}
