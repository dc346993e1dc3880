import type { JsonValue } from '../../model/json.ts'
import type { LeftField, LeftReason, ObjectPlan } from '../../model/plan.ts'
import { humanPointer } from './human-path.ts'
import { tokensOf } from './patched.ts'
import { redacted } from './redact.ts'

/** A field that is not as Git declares it and stays as it is, for people and programs. */
export interface LeftChange {
  /** Such as `spec.template.spec.containers[name=app].image`. */
  readonly path: string
  /** What the cluster has; absent where it lacks the field. */
  readonly live?: JsonValue
  /** What Git says; absent where it no longer says anything. */
  readonly declared?: JsonValue
  readonly why: LeftReason
}

/** What a plan leaves as it is, without any secret's value. */
export function leftOf(plan: ObjectPlan): readonly LeftChange[] {
  const left = plan.action === 'patch' || plan.action === 'unchanged' ? plan.left : undefined
  return (left ?? []).map((field) => leftChange(plan, field))
}

function leftChange({ key }: ObjectPlan, { pointer, declared, live, why }: LeftField): LeftChange {
  const shown = (value: JsonValue): JsonValue => redacted(key, tokensOf(pointer), value)
  return {
    path: humanPointer(pointer),
    ...(live !== undefined && { live: shown(live) }),
    ...(declared !== undefined && { declared: shown(declared) }),
    why,
  }
}
