import { isJsonArray, type JsonObject, objectIn, textIn } from '../../../model/json.ts'

type Labels = Readonly<Record<string, string>>

/** Whether a selector (meta/v1, LabelSelector) selects an object of these labels; an empty one selects all. */
export function isSelected(
  labels: Labels | undefined = {},
  { matchLabels, matchExpressions }: JsonObject,
): boolean {
  const equal = Object.entries(objectIn(matchLabels))
  const terms = isJsonArray(matchExpressions) ? matchExpressions.map(objectIn) : []
  return equal.every(([key, value]) => labels[key] === value) && terms.every((term) => holds(labels, term))
}

function holds(labels: Labels, { key, operator, values }: JsonObject): boolean {
  const value = labels[textIn(key)]
  const isListed = value !== undefined && isJsonArray(values) && values.includes(value)
  if (operator === 'In') return isListed
  if (operator === 'NotIn') return !isListed
  return operator === 'DoesNotExist' ? value === undefined : value !== undefined
}
