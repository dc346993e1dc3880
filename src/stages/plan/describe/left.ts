import type { JsonValue } from '../../../model/json.ts'
import { pointerOf, tokensOf } from '../../../model/json-pointer.ts'
import type { IgnoredField, IgnoredReason, ObjectPlan } from '../../../model/plan.ts'
import { isClosed, type Sensitive, type Step, sensitiveLive } from '../../../model/sensitive.ts'
import { humanPointer } from './human-path.ts'
import { REDACTED, redacted, redactSensitive, shownField } from './redact.ts'

/** A field that differs from Git and stays as it is, as shown to users and programs. */
export interface LeftChange {
  /** Such as `spec.template.spec.containers[name=app].image`. */
  readonly path: string
  /** Value in the cluster; absent where it lacks the field. */
  readonly live?: JsonValue
  /** Value in Git; absent where Git no longer declares the field. */
  readonly declared?: JsonValue
  readonly why: IgnoredReason
}

/** Fields that a plan leaves as they are, with secrets redacted. */
export function leftOf(plan: ObjectPlan): readonly LeftChange[] {
  const left = plan.action === 'patch' || plan.action === 'unchanged' ? plan.left : undefined
  return (left ?? []).map((field) => leftChange(plan, field))
}

function leftChange({ key, sensitive }: ObjectPlan, field: IgnoredField): LeftChange {
  const { pointer, declared, live, why } = field
  const tokens = tokensOf(pointer)
  const shown = (value: JsonValue, hidden: Sensitive | undefined): JsonValue =>
    redactSensitive(redacted(key, tokens, value), tokens.map(stepOfToken), hidden)
  return {
    path: redactedPath(pointer, tokens, sensitive),
    ...(live !== undefined && { live: shown(live, sensitiveLive(sensitive)) }),
    ...(declared !== undefined && { declared: shown(declared, sensitive) }),
    why,
  }
}

/** A readable path that ends where its keys are secret. */
function redactedPath(pointer: string, tokens: readonly string[], sensitive: Sensitive | undefined): string {
  if (sensitive === undefined) return humanPointer(pointer)
  const steps = tokens.map(stepOfToken)
  const depth = steps.findIndex((_, index) => isClosed(steps.slice(0, index), sensitive))
  if (depth === 0) return `${shownField(tokens[0] ?? '')}.${REDACTED}`
  const path = humanPointer(depth < 0 ? pointer : pointerOf(tokens.slice(0, depth)))
  return `${sensitive.secrets?.redact(path) ?? path}${depth < 0 ? '' : `.${REDACTED}`}`
}

/** `[name=app]` is the element of that name; any other selector may match any element. */
function stepOfToken(token: string): Step {
  if (!/^(?:\[.*=.*\]|\d+)$/s.test(token)) return token
  return { element: /^\[name=([^,]*)\]$/s.exec(token)?.[1] }
}
