import type { ObjectKey } from '../../model/object.ts'
import { type IgnoreRule, type ObjectSelector, selects } from '../../model/rules.ts'
import { type FieldPattern, parsePattern } from './merge/field-pattern.ts'
import type { Controlled } from './ownership/controlled-fields.ts'

/** An ignore rule with parsed pointers. */
export interface CompiledRule {
  readonly objects: ObjectSelector
  readonly fields: readonly FieldPattern[]
  readonly once: readonly FieldPattern[]
  readonly managers: readonly string[]
}

/** Fields of one object that are ignored, by rules or because a controller decides them. */
export interface Ignored extends Controlled {
  /** Field managers whose fields are ignored; undefined where there are none. */
  readonly managers?: ReadonlySet<string> | undefined
}

export function compileRules(rules: readonly IgnoreRule[]): readonly CompiledRule[] {
  return rules.map(({ objects, fields, once, managers }) => ({
    objects,
    fields: fields.map(parsePattern),
    once: once.map(parsePattern),
    managers,
  }))
}

/** @param controlled fields of the object that controllers decide; the result where no rule applies */
export function ignoredIn(key: ObjectKey, rules: readonly CompiledRule[], controlled: Controlled): Ignored {
  const about = rules.filter(({ objects }) => selects(objects, key))
  if (about.length === 0) return controlled
  const managers = about.flatMap(({ managers }) => managers)
  return {
    fields: [...about.flatMap(({ fields }) => fields), ...controlled.fields],
    once: [...about.flatMap(({ once }) => once), ...controlled.once],
    ...(managers.length > 0 && { managers: new Set(managers) }),
  }
}
