import { Script } from 'node:vm'
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import type { EncryptionRule } from './encryption-rule.ts'
import { SopsProblem } from './sops-problem.ts'
import { translatePattern } from './translate-pattern.ts'

/** Maximum time for all keys of a file, in milliseconds: a slower pattern backtracks, maybe for hours. */
const longest = 250

/** The keys of the documents that match the rule. @throws SopsProblem for an unreadable or slow pattern */
export function matchingKeys(rule: EncryptionRule, documents: readonly JsonObject[]): ReadonlySet<string> {
  if (rule.name.endsWith('comment_regex')) return new Set()
  const keys = [...collectKeys(documents)]
  if (rule.name.endsWith('suffix')) return new Set(keys.filter((key) => key.endsWith(rule.text)))
  return new Set(matchPattern(rule, keys))
}

function collectKeys(documents: readonly JsonValue[], keys = new Set<string>()): ReadonlySet<string> {
  for (const value of documents) {
    if (isJsonArray(value)) collectKeys(value, keys)
    else if (isJsonObject(value)) {
      for (const key of Object.keys(value)) keys.add(key)
      collectKeys(Object.values(value), keys)
    }
  }
  return keys
}

/** Embeds pattern and keys as JSON, which is JavaScript: only a script can time out. */
function matchPattern(rule: EncryptionRule, keys: readonly string[]): readonly string[] {
  const translated = translatePattern(rule.text)
  if (!translated) throw unreadable(rule)
  const { source, flags } = translated
  const arrow = `pattern => ${JSON.stringify(keys)}.filter(key => pattern.test(key))`
  const code = `(${arrow})(new RegExp(${JSON.stringify(source)}, ${JSON.stringify(flags)}))`
  try {
    return new Script(code).runInThisContext({ timeout: longest })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new SopsProblem(`${rule.name} in the sops metadata takes too long to match`)
    throw unreadable(rule)
  }
}

function unreadable({ name }: EncryptionRule): SopsProblem {
  return new SopsProblem(`${name} in the sops metadata is a pattern that Reeve does not support`)
}
