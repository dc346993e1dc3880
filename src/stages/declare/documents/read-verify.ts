import { isJsonNumber, isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import type { Check, Question } from '../../../model/rollout-check.ts'
import { durationIn, mappingsIn } from './read-rules.ts'

const DEFAULT_EVERY_MS = 60_000
const DEFAULT_STATUS = 200

/** Reads a `verify` that is valid by its schema and has no defects. */
export function readVerify(verify: JsonValue | undefined): readonly Check[] {
  return mappingsIn(verify).map(readCheck)
}

function readCheck(check: JsonObject): Check {
  const { name, onNoData, failures } = check
  const lasts = durationIn(check.for)
  return {
    name: String(name),
    question: readQuestion(check),
    after: durationIn(check.after) ?? 0,
    every: durationIn(check.every) ?? DEFAULT_EVERY_MS,
    ...(lasts !== undefined && { for: lasts }),
    failures: numberIn(failures) ?? 1,
    onNoData: onNoData === 'pass' || onNoData === 'fail' ? onNoData : 'wait',
  }
}

function readQuestion({ cel, prometheus, http, job }: JsonObject): Question {
  if (typeof cel === 'string') return { kind: 'cel', expression: cel }
  if (isJsonObject(prometheus)) {
    const { address, query } = prometheus
    const [min, max] = [numberIn(prometheus.min), numberIn(prometheus.max)]
    return {
      kind: 'prometheus',
      address: String(address),
      query: String(query),
      ...(min !== undefined && { min }),
      ...(max !== undefined && { max }),
    }
  }
  if (isJsonObject(http)) {
    const { url, status, matches } = http
    return {
      kind: 'http',
      url: String(url),
      status: numberIn(status) ?? DEFAULT_STATUS,
      ...(typeof matches === 'string' && { matches }),
    }
  }
  const { namespace, serviceAccountName, spec } = objectIn(job)
  return {
    kind: 'job',
    namespace: String(namespace),
    ...(typeof serviceAccountName === 'string' && { serviceAccountName }),
    spec: objectIn(spec),
  }
}

function numberIn(value: JsonValue | undefined): number | undefined {
  return isJsonNumber(value) ? Number(value) : undefined
}
