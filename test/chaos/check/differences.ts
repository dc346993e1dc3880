import { isDeepStrictEqual } from 'node:util'
import { isJsonArray, isJsonObject } from '../../../src/model/json.ts'
import { APPLIED_ANNOTATION, INSTALLATION_LABEL, REPOSITORY_LABEL } from '../../../src/model/labels.ts'
import { idOf, keyOf, type LiveObject, type ObjectId } from '../../../src/model/object.ts'
import { installationId } from '../../../src/stages/declare/installation-id.ts'
import { idOfDeclaration, objectOf, slotsIn } from '../world/declaration.ts'
import { type ForeignSlot, isForeign } from '../world/disturber.ts'
import type { DesiredState } from '../world/history.ts'

export interface Expected {
  readonly repository: string
  readonly declared: DesiredState
  readonly foreign: readonly ForeignSlot[]
}

/** What keeps live objects from being what Git declares; empty where they are. */
export function differences(live: readonly LiveObject[], expected: Expected): readonly string[] {
  const byId = new Map(live.map((object) => [idOf(keyOf(object)), object]))
  const declared = new Set<ObjectId>()
  const found: string[] = []
  for (const [installation, objects] of expected.declared)
    for (const declaration of objects.values()) {
      const id = idOfDeclaration(declaration)
      declared.add(id)
      const object = byId.get(id)
      if (object === undefined) found.push(`${id} is not there`)
      else
        found.push(
          ...inObject(object, installation, objectOf(declaration), expected).map((text) => `${id}: ${text}`),
        )
    }
  for (const [id, object] of byId)
    if (!declared.has(id) && isReeves(object, expected.repository)) found.push(`${id} is not declared`)
  return found
}

/** Without the annotation, which somebody may have taken off, an object is not Reeve's to delete. */
export function isReeves({ metadata: { labels, annotations } }: LiveObject, repository: string): boolean {
  return labels?.[REPOSITORY_LABEL] === repository && annotations?.[APPLIED_ANNOTATION] !== undefined
}

function inObject(
  live: LiveObject,
  installation: string,
  wanted: ReturnType<typeof objectOf>,
  { repository, foreign }: Expected,
): readonly string[] {
  const { uid, labels = {} } = live.metadata
  const added = foreign.filter((slot) => slot.uid === uid).map(({ slot, value }) => [slot, value])
  // What others put into an object that is gone may have been restored with it: it may be there.
  const own = Object.entries(slotsIn(live)).filter(([slot]) => !isForeign(slot))
  const others = slotsIn(live)
  const lost = added.filter(([slot = '', value]) => others[slot] !== value)
  return [
    ...(isDeepStrictEqual(Object.fromEntries(own), slotsIn(wanted))
      ? []
      : [`holds ${JSON.stringify(slotsIn(live))} instead of ${JSON.stringify(slotsIn(wanted))}`]),
    ...(lost.length === 0 ? [] : [`lost ${JSON.stringify(lost)} of somebody else`]),
    ...(holds(live, wanted) ? [] : [`${JSON.stringify(live)} lacks some of ${JSON.stringify(wanted)}`]),
    ...(labels[REPOSITORY_LABEL] === repository && labels[INSTALLATION_LABEL] === installationId(installation)
      ? []
      : [`is labelled ${JSON.stringify(labels)}`]),
  ]
}

/** Whether all that is wanted is there; lists of named elements hold each other's by name. */
function holds(live: unknown, wanted: unknown): boolean {
  if (isJsonObject(wanted) && isJsonObject(live))
    return Object.entries(wanted).every(([name, value]) => holds(live[name], value))
  if (
    isJsonArray(wanted) &&
    isJsonArray(live) &&
    wanted.every((item) => isJsonObject(item) && 'name' in item)
  )
    return wanted.every((item) => live.some((other) => holds(other, item)))
  return isDeepStrictEqual(live, wanted)
}
