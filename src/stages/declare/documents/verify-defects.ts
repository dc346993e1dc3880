import { checkExpressionProblem } from '../../../adapters/cel/check-expression.ts'
import { patternProblem } from '../../../adapters/cel/pattern-of.ts'
import { parseDuration } from '../../../model/duration.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, textIn } from '../../../model/json.ts'
import { quoted } from '../../../model/quoted.ts'
import { accountNamed } from '../../../model/service-account.ts'
import type { Defect } from '../defect.ts'
import { isDnsLabel } from '../names.ts'
import { fieldName } from './field-name.ts'

const LEAST_EVERY_MS = 10_000
/** Maximum of all durations, in ms: a year. */
const LONGEST_MS = 365 * 86_400_000

/**
 * Defects of a rollout's checks that a schema does not tell.
 * @param pointer of the list
 */
export function verifyDefects(verify: JsonValue | undefined, pointer: string): readonly Defect[] {
  if (!isJsonArray(verify)) return []
  const names = verify.map((check) => (isJsonObject(check) ? check.name : undefined))
  return verify.flatMap((check, index) => {
    const at = `${pointer}/${index}`
    if (!isJsonObject(check)) return []
    const isTaken = names.indexOf(check.name) < index
    return [
      ...(isTaken ? [bad('is the name of another check', `${at}/name`)] : []),
      ...checkDefects(check, at),
    ]
  })
}

function checkDefects(check: JsonObject, at: string): readonly Defect[] {
  const { cel, prometheus, http, job } = check
  return [
    ...(['after', 'every', 'for'] as const).flatMap((name) => durationDefects(check[name], name, at)),
    ...(typeof cel === 'string' ? celDefects(cel, `${at}/cel`) : []),
    ...(isJsonObject(prometheus) ? prometheusDefects(prometheus, `${at}/prometheus`) : []),
    ...(isJsonObject(http) ? httpDefects(http, `${at}/http`) : []),
    ...(isJsonObject(job) ? jobDefects(job, `${at}/job`) : []),
  ]
}

function durationDefects(value: JsonValue | undefined, name: string, at: string): readonly Defect[] {
  if (typeof value !== 'string') return []
  const ms = parseDuration(value)
  if (ms === undefined || ms > LONGEST_MS) return [bad('is longer than 365d', `${at}/${name}`)]
  return name === 'every' && ms < LEAST_EVERY_MS ? [bad('is shorter than 10s', `${at}/${name}`)] : []
}

function celDefects(expression: string, pointer: string): readonly Defect[] {
  const problem = checkExpressionProblem(expression)
  return problem === undefined ? [] : [{ code: 'bad-expression', details: problem, pointer }]
}

function prometheusDefects({ address, min, max }: JsonObject, at: string): readonly Defect[] {
  const found = urlDefects(textIn(address), `${at}/address`)
  if (found.length === 0 && URL.parse(textIn(address))?.search !== '')
    return [bad('has a query', `${at}/address`)]
  const isEmpty = min !== undefined && max !== undefined && Number(min) > Number(max)
  return [...found, ...(isEmpty ? [bad('is more than max', `${at}/min`)] : [])]
}

function httpDefects({ url, matches }: JsonObject, at: string): readonly Defect[] {
  const problem = typeof matches === 'string' ? patternProblem(matches) : undefined
  return [
    ...urlDefects(textIn(url), `${at}/url`),
    ...(problem === undefined ? [] : [bad(`is not a pattern: ${problem}`, `${at}/matches`)]),
  ]
}

function urlDefects(text: string, pointer: string): readonly Defect[] {
  const url = URL.parse(text)
  if (url === null || url.hostname === '') return [bad('is not a URL', pointer)]
  if (url.username !== '' || url.password !== '') return [bad('has credentials', pointer)]
  return url.hash === '' ? [] : [bad('has a fragment', pointer)]
}

function jobDefects({ namespace, serviceAccountName }: JsonObject, at: string): readonly Defect[] {
  const home = textIn(namespace)
  if (!isDnsLabel(home))
    return [{ code: 'invalid-name', details: `namespace ${quoted(home)}`, pointer: `${at}/namespace` }]
  if (typeof serviceAccountName !== 'string' || accountNamed(serviceAccountName, home)) return []
  const details = `serviceAccountName ${quoted(serviceAccountName)}`
  return [{ code: 'invalid-name', details, pointer: `${at}/serviceAccountName` }]
}

function bad(problem: string, pointer: string): Defect {
  return { code: 'bad-document', details: `${fieldName(pointer)} ${problem}`, pointer }
}
