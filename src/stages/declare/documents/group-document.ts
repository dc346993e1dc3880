import { isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../../model/json.ts'
import type { Rollout } from '../../../model/rollout.ts'
import { type Inheritable, readInheritable, strings } from './read-inherited.ts'
import { readRollout } from './read-rollout.ts'
import { stringsIn } from './read-rules.ts'

/** The contents of an `InstallationGroup` document. */
export interface GroupDocument extends Inheritable {
  /** metadata.name */
  readonly name: string
  /** Names of installations. */
  readonly members: readonly string[]
  /** Labels that select members; undefined selects none. */
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly enforced: Enforced
  /** Whether members move only as reviewed; undefined: as the group around it says. */
  readonly requireReviewedPlan?: boolean
  /** How its members move; undefined: as a group around it says, or at once. */
  readonly rollout?: Rollout
}

/** Settings that win over those of members and inner groups. */
export interface Enforced {
  readonly version?: string
  readonly values: JsonObject
}

/** @param spec one that is valid by its schema */
export function readGroup(name: string, spec: JsonObject): GroupDocument {
  const matchLabels = readLabels(objectIn(spec.selector).matchLabels)
  const enforced = objectIn(spec.enforced)
  const { requireReviewedPlan, rollout } = spec
  return {
    name,
    members: stringsIn(spec.members),
    ...(matchLabels && { matchLabels }),
    enforced: { ...strings(enforced, 'version'), values: objectIn(enforced.values) },
    ...(typeof requireReviewedPlan === 'boolean' && { requireReviewedPlan }),
    ...(isJsonObject(rollout) && { rollout: readRollout(rollout) }),
    ...readInheritable(spec),
  }
}

function readLabels(value: JsonValue | undefined): Readonly<Record<string, string>> | undefined {
  if (!isJsonObject(value)) return undefined
  return Object.fromEntries(Object.entries(value).map(([key, label]) => [key, String(label)]))
}
