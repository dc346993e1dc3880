import type { JsonObject } from '../../model/json.ts'
import { SopsProblem } from './sops-problem.ts'

const names = [
  'unencrypted_suffix',
  'encrypted_suffix',
  'unencrypted_regex',
  'encrypted_regex',
  'unencrypted_comment_regex',
  'encrypted_comment_regex',
] as const

/** The rule that selects the encrypted values of a file: one per file. */
export interface EncryptionRule {
  readonly name: (typeof names)[number]
  readonly text: string
}

const byDefault: EncryptionRule = { name: 'unencrypted_suffix', text: '_unencrypted' }

/** @throws SopsProblem for more than one rule, or a rule that is not text */
export function readEncryptionRule(sops: JsonObject): EncryptionRule {
  const rules = names.flatMap((name) => {
    const text = sops[name]
    if (text === undefined || text === null || text === '') return []
    if (typeof text === 'string') return [{ name, text }]
    throw new SopsProblem(`${name} in the sops metadata is not a string`)
  })
  if (rules.length > 1)
    throw new SopsProblem(`the sops metadata has both ${rules[0]?.name} and ${rules[1]?.name}`)
  return rules[0] ?? byDefault
}
