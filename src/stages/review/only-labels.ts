import { isJsonObject, type JsonValue } from '../../model/json.ts'
import type { FieldChange } from '../plan/describe/changes.ts'
import type { ObjectDocument } from '../plan/describe/plan-document.ts'

/** Labels that charts set at each release, on everything. */
const CHURN = ['helm.sh/chart', 'app.kubernetes.io/version']
/** Labels of an object and of the Pods that it makes. */
const LABELS =
  /^(?:spec\.(?:jobTemplate\.(?:spec\.template\.)?|template\.))?metadata\.labels(?<entry>\["[^"]*"\])?$/
const ENTRIES: ReadonlySet<string> = new Set(CHURN.map((label) => `[${JSON.stringify(label)}]`))

/** Whether an object changes only in labels that charts set at each release: it is counted rather than shown. */
export function isOnlyLabels(object: ObjectDocument): boolean {
  const { action, changes = [], handedOverFrom, takenOverFrom, isReplacement } = object
  if (action !== 'patch' || handedOverFrom !== undefined || takenOverFrom || isReplacement) return false
  return changes.length > 0 && changes.every(isChurn)
}

function isChurn({ path, before, after }: FieldChange): boolean {
  const match = LABELS.exec(path)
  if (match === null) return false
  const entry = match.groups?.entry
  return entry === undefined ? holdsChurn(before) && holdsChurn(after) : ENTRIES.has(entry)
}

/** Whether labels that are added or removed as a whole are all of this sort. */
function holdsChurn(labels: JsonValue | undefined): boolean {
  return (
    labels === undefined ||
    (isJsonObject(labels) && Object.keys(labels).every((name) => CHURN.includes(name)))
  )
}
