import type { ObjectKey } from '../../model/object.ts'
import { type IgnoreRule, type ObjectSelector, selects } from '../../model/rules.ts'
import { type FieldPattern, parsePattern } from './merge/field-pattern.ts'

/** An ignore rule with parsed pointers. */
export interface CompiledRule {
  readonly objects: ObjectSelector
  readonly fields: readonly FieldPattern[]
  readonly once: readonly FieldPattern[]
  readonly managers: readonly string[]
}

/** Ignore rules that apply to one object. */
export interface Ignored {
  readonly fields: readonly FieldPattern[]
  /** Fields that are sent when Git changes them, and ignored otherwise. */
  readonly once: readonly FieldPattern[]
  readonly managers: ReadonlySet<string>
}

const nothingIgnored: Ignored = { fields: [], once: [], managers: new Set() }

export function compileRules(rules: readonly IgnoreRule[]): readonly CompiledRule[] {
  return rules.map(({ objects, fields, once, managers }) => ({
    objects,
    fields: fields.map(parsePattern),
    once: once.map(parsePattern),
    managers,
  }))
}

export function ignoredIn(key: ObjectKey, rules: readonly CompiledRule[]): Ignored {
  const about = rules.filter(({ objects }) => selects(objects, key))
  if (about.length === 0) return nothingIgnored
  return {
    fields: about.flatMap(({ fields }) => fields),
    once: about.flatMap(({ once }) => once),
    managers: new Set(about.flatMap(({ managers }) => managers)),
  }
}
