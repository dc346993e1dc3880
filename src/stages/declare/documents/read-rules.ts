import { parseDuration } from '../../../model/duration.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import type { HealthRule, HibernateRule, IgnoreRule, ObjectSelector, Rules } from '../../../model/rules.ts'

/** Reads the rules of a mapping whose `ignore`, `health` and `hibernate` are valid by their schemas. */
export function readRules({ ignore, health, hibernate }: JsonObject): Rules {
  return {
    ignore: mappingsIn(ignore).map(readIgnore),
    health: mappingsIn(health).map(readHealth),
    hibernate: mappingsIn(hibernate).map(readHibernate),
  }
}

function readIgnore(rule: JsonObject): IgnoreRule {
  const { fields, once, managers } = rule
  return {
    objects: readSelector(rule),
    fields: stringsIn(fields),
    once: stringsIn(once),
    managers: stringsIn(managers),
  }
}

function readHealth(rule: JsonObject): HealthRule {
  const { suspended, degraded, progressing, healthy, message, deadline } = rule
  const deadlineMs = durationIn(deadline)
  return {
    objects: readSelector(rule),
    ...given({ suspended, degraded, progressing, healthy, message }),
    ...(deadlineMs !== undefined && { deadlineMs }),
  }
}

function readHibernate(rule: JsonObject): HibernateRule {
  return { objects: readSelector(rule), set: objectIn(rule.set) }
}

function readSelector({ group, kind, namespace, name }: JsonObject): ObjectSelector {
  return given({ group, kind, namespace, name })
}

/** The fields that are strings. */
function given<K extends string>(
  fields: Readonly<Record<K, JsonValue | undefined>>,
): Partial<Record<K, string>> {
  const strings = Object.entries(fields).filter(([, value]) => typeof value === 'string')
  return Object.fromEntries(strings) as Partial<Record<K, string>>
}

/** In ms. */
export function durationIn(value: JsonValue | undefined): number | undefined {
  return typeof value === 'string' ? parseDuration(value) : undefined
}

export function mappingsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return isJsonArray(value) ? value.filter(isJsonObject) : []
}

export function stringsIn(value: JsonValue | undefined): readonly string[] {
  return isJsonArray(value) ? value.filter((item) => typeof item === 'string') : []
}
