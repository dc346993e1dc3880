import { isJsonObject } from '../../model/json.ts'
import { gvkOf, type LiveObject } from '../../model/object.ts'
import type { Health } from '../../model/status.ts'
import { conventionalJudge } from './conventions/conventional-judge.ts'
import { summaryOf } from './conventions/summary.ts'
import { judgeOfKind } from './kinds/judge-of-kind.ts'
import { TRUSTED_EXPRESSIONS } from './rule-expressions.ts'
import { judgeOnce, ruleJudge } from './rule-judge.ts'
import { type ShippedRule, ShippedRules } from './shipped-rules.ts'
import { ERROR_LASTS_MS, type Judge, progressing } from './verdict.ts'

/** Maximum age of a custom resource, in ms, by which its controller has written a status, if it ever does. */
const SILENT_MS = 30_000
const SILENT: Health = { ...progressing('has no status yet'), untilAgeMs: SILENT_MS }

/**
 * Judges objects by what is built in: the rules of their kind, else those shipped for their project, else the
 * conventions.
 *
 * @param hasStatus whether an object's kind has a status; by default, every custom resource is taken to
 */
export function builtInJudge(hasStatus: (object: LiveObject) => boolean = isCustom): Judge {
  /** By apiVersion and kind, as objects have them. */
  const judges = new Map<string, Map<string, Judge>>()
  const shipped = new ShippedRules()
  const conventions = conventionalJudge()
  const judgeFor = (group: string, kind: string): Judge => {
    const own = judgeOfKind(group, kind)
    if (own !== undefined) return own
    const rule = shipped.find(group, kind)
    const judge = customJudge(rule, conventions)
    return (object) => {
      const health = judge(object)
      return isSilent(object) && hasStatus(object) && !isTold(health, rule) ? SILENT : health
    }
  }
  return (object) => {
    const { apiVersion, kind } = object
    const known = judges.get(apiVersion)?.get(kind)
    if (known !== undefined) return known(object)
    const judge = judgeFor(gvkOf(object).group, kind)
    const ofVersion = judges.get(apiVersion) ?? new Map<string, Judge>()
    judges.set(apiVersion, ofVersion.set(kind, judge))
    return judge(object)
  }
}

/**
 * Judges by a rule, once; the conventions are as cheap as to remember what they said. Errors may pass by themselves,
 * such as while what an object needs is about to be created.
 */
function customJudge(rule: ShippedRule | undefined, conventions: Judge): Judge {
  if (rule === undefined) return conventions
  const judge = ruleJudge({ objects: {}, ...rule }, TRUSTED_EXPRESSIONS, {
    judge: conventions,
    message: (object, status) => summaryOf(object) || status,
  })
  return judgeOnce((object) => {
    const health = judge(object)
    return health.status === 'degraded' ? { ...health, lastsMs: ERROR_LASTS_MS } : health
  })
}

/** Whether the health of an object without a status is more than that nothing is said of it. */
function isTold({ status }: Health, rule: ShippedRule | undefined): boolean {
  if (status === 'healthy') return false
  return status !== 'progressing' || rule?.progressing !== undefined
}

function isSilent({ status }: LiveObject): boolean {
  if (status === undefined || status === null) return true
  if (!isJsonObject(status) || status.conditions !== undefined || status.phase !== undefined) return false
  for (const _ in status) return false
  return true
}

/** Kinds of the API server itself are in groups without a domain, or below k8s.io. */
function isCustom(object: LiveObject): boolean {
  const { group } = gvkOf(object)
  return group.includes('.') && (!group.endsWith('.k8s.io') || CUSTOM_GROUPS.has(group))
}

/** Groups below k8s.io whose kinds are custom resources. */
const CUSTOM_GROUPS: ReadonlySet<string> = new Set([
  'autoscaling.k8s.io',
  'gateway.networking.k8s.io',
  'groupsnapshot.storage.k8s.io',
  'policy.networking.k8s.io',
  'snapshot.storage.k8s.io',
  'sparkoperator.k8s.io',
])
