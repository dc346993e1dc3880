import { checkExpressionProblem } from '../../../adapters/cel/check-expression.ts'
import { patternProblem } from '../../../adapters/cel/pattern-of.ts'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, textIn } from '../../../model/json.ts'
import { quoted } from '../../../model/quoted.ts'
import { accountNamed } from '../../../model/service-account.ts'
import type { Defect } from '../defect.ts'
import { isDnsLabel } from '../names.ts'
import { badField, durationDefects } from './field-defects.ts'

const LEAST_EVERY_MS = 10_000

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
      ...(isTaken ? [badField(`${at}/name`, 'is the name of another check')] : []),
      ...checkDefects(check, at),
    ]
  })
}

function checkDefects(check: JsonObject, at: string): readonly Defect[] {
  const { cel, prometheus, http, job } = check
  return [
    ...durationDefects(check, ['after'], at),
    ...durationDefects(check, ['every'], at, LEAST_EVERY_MS),
    ...durationDefects(check, ['for'], at),
    ...(typeof cel === 'string' ? celDefects(cel, `${at}/cel`) : []),
    ...(isJsonObject(prometheus) ? prometheusDefects(prometheus, `${at}/prometheus`) : []),
    ...(isJsonObject(http) ? httpDefects(http, `${at}/http`) : []),
    ...(isJsonObject(job) ? jobDefects(job, `${at}/job`) : []),
  ]
}

function celDefects(expression: string, pointer: string): readonly Defect[] {
  const problem = checkExpressionProblem(expression)
  return problem === undefined ? [] : [{ code: 'bad-expression', details: problem, pointer }]
}

function prometheusDefects({ address, min, max }: JsonObject, at: string): readonly Defect[] {
  const found = urlDefects(textIn(address), `${at}/address`)
  if (found.length === 0 && URL.parse(textIn(address))?.search !== '')
    return [badField(`${at}/address`, 'has a query')]
  const isEmpty = min !== undefined && max !== undefined && Number(min) > Number(max)
  return [...found, ...(isEmpty ? [badField(`${at}/min`, 'is more than max')] : [])]
}

function httpDefects({ url, matches }: JsonObject, at: string): readonly Defect[] {
  const problem = typeof matches === 'string' ? patternProblem(matches) : undefined
  return [
    ...urlDefects(textIn(url), `${at}/url`),
    ...(problem === undefined ? [] : [badField(`${at}/matches`, `is not a pattern: ${problem}`)]),
  ]
}

function urlDefects(text: string, pointer: string): readonly Defect[] {
  const url = URL.parse(text)
  if (url === null || url.hostname === '') return [badField(pointer, 'is not a URL')]
  if (url.username !== '' || url.password !== '') return [badField(pointer, 'has credentials')]
  return url.hash === '' ? [] : [badField(pointer, 'has a fragment')]
}

function jobDefects({ namespace, serviceAccountName }: JsonObject, at: string): readonly Defect[] {
  const home = textIn(namespace)
  if (!isDnsLabel(home))
    return [{ code: 'invalid-name', details: `namespace ${quoted(home)}`, pointer: `${at}/namespace` }]
  if (typeof serviceAccountName !== 'string' || accountNamed(serviceAccountName, home)) return []
  const details = `serviceAccountName ${quoted(serviceAccountName)}`
  return [{ code: 'invalid-name', details, pointer: `${at}/serviceAccountName` }]
}
