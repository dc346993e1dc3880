import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../../model/json.ts'
import { tokensOf, valueAt } from '../../../model/json-pointer.ts'
import type { PatchOperation, PatchPlan } from '../../../model/plan.ts'
import {
  isBelow,
  isClosed,
  type Sensitive,
  type Step,
  sensitiveLive,
  stepOf,
} from '../../../model/sensitive.ts'
import { BOOKKEEPING } from '../bookkeeping.ts'
import { LAST_APPLIED_ANNOTATION } from '../ownership/adoption-base.ts'
import { humanPath } from './human-path.ts'
import { applyOperation } from './patched.ts'
import { onlyDeclared, REDACTED, redacted, redactSensitive, shownField } from './redact.ts'

/** One field that a patch changes, as shown to users and programs. */
export interface FieldChange {
  /** Such as `spec.template.spec.containers[name=app].image`. */
  readonly path: string
  /** Absent where the field is added. */
  readonly before?: JsonValue
  /** Absent where the field is removed. */
  readonly after?: JsonValue
}

const HIDDEN: ReadonlySet<string> = new Set([...BOOKKEEPING, LAST_APPLIED_ANNOTATION])

/** Fields that a patch changes, in its order, without Reeve's own and with secrets redacted. */
export function changesOf(plan: PatchPlan): readonly FieldChange[] {
  let document = plan.live as JsonObject
  const changes: FieldChange[] = []
  const operations = plan.patch.filter(isShown)
  for (const [index, operation] of operations.entries()) {
    changes.push(...changeOf(plan, operation, document))
    if (index < operations.length - 1) document = applyOperation(document, operation)
  }
  return changes
}

function isShown({ op, path }: PatchOperation): boolean {
  const [first, , name = ''] = tokensOf(path)
  return op !== 'test' && !(first === 'metadata' && HIDDEN.has(name))
}

function changeOf(plan: PatchPlan, operation: PatchOperation, document: JsonObject): readonly FieldChange[] {
  const tokens = tokensOf(operation.path)
  const isInsert = operation.op === 'add' && isJsonArray(valueAt(document, tokens.slice(0, -1)))
  const before = isInsert ? undefined : valueAt(document, tokens)
  const after = 'value' in operation ? withoutBookkeeping(tokens, operation.value) : undefined
  if (before === undefined && after === undefined) return []
  const { sensitive } = plan
  const shown = (value: JsonValue, hidden: Sensitive | undefined): JsonValue =>
    redactSensitive(redacted(plan.key, tokens, value), stepsTo(document, tokens, value), hidden)
  // A list that is ordered anew, or a value with ignored parts, holds values of the cluster.
  const known = (value: JsonValue) => (sensitive?.isLiveUnknown ? onlyDeclared(value, plan.desired) : value)
  return [
    {
      path: redactedPath(document, tokens, { sensitive, added: isInsert ? after : undefined }),
      ...(before !== undefined && { before: shown(before, sensitiveLive(sensitive)) }),
      ...(after !== undefined && { after: shown(known(after), sensitive) }),
    },
  ]
}

/** A readable path that ends where its keys are secret. */
function redactedPath(
  document: JsonObject,
  tokens: readonly string[],
  { sensitive, added }: { readonly sensitive: Sensitive | undefined; readonly added: JsonValue | undefined },
): string {
  if (sensitive === undefined) return humanPath(document, tokens, added)
  const steps = stepsTo(document, tokens, added ?? null)
  const depth = steps.findIndex((_, index) => isClosed(steps.slice(0, index), sensitive))
  if (depth === 0) return pathBelow(shownField(tokens[0] ?? ''))
  const shown = depth > 0 ? tokens.slice(0, depth) : tokens
  const isShown = depth < 0 && !isBelow(steps, sensitive.places)
  const path = humanPath(document, shown, isShown ? added : undefined)
  const redacted = sensitive.secrets?.redact(path) ?? path
  return depth > 0 ? pathBelow(redacted) : redacted
}

function pathBelow(path: string): string {
  return path === REDACTED ? path : `${path}.${REDACTED}`
}

/** Steps to a value that is in the document or about to be added. */
function stepsTo(document: JsonObject, tokens: readonly string[], value: JsonValue): readonly Step[] {
  return tokens.map((token, depth) => {
    const parent = valueAt(document, tokens.slice(0, depth))
    if (!isJsonArray(parent)) return token
    return stepOf(depth === tokens.length - 1 ? value : (parent[Number(token)] ?? null))
  })
}

/** Removes Reeve's own entries from labels or annotations that are added to an object without any. */
function withoutBookkeeping(tokens: readonly string[], value: JsonValue): JsonValue | undefined {
  if (tokens[0] !== 'metadata' || tokens.length !== 2 || !isJsonObject(value)) return value
  const entries = Object.entries(value).filter(([name]) => !HIDDEN.has(name))
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}
