import { isJsonObject, type JsonValue } from './json.ts'
import { allSecrets, type Secrets } from './secrets.ts'

/**
 * A step on the path to a value in an object: a field, or an element of a list by its field `name`; an
 * undefined `element` matches any.
 */
export type Step = string | { readonly element: string | undefined }

/** Where an object holds decrypted values, and the texts to redact in all other parts of it. */
export interface Sensitive {
  /** Everything at or below these places is secret, in Git and in the cluster. */
  readonly places: readonly (readonly Step[])[]
  /** Those of them whose keys and number of elements are secret, too; absent where there are none. */
  readonly closed?: readonly (readonly Step[])[]
  /** Any value in the cluster may be secret: what declared it is unknown. */
  readonly isLiveUnknown?: true
  readonly secrets: Secrets | undefined
}

/** For an object whose earlier declaration is unknown. */
export const LIVE_UNKNOWN: Sensitive = { places: [], isLiveUnknown: true, secrets: undefined }

/** What to redact in values of the cluster. */
export function sensitiveLive(sensitive: Sensitive | undefined): Sensitive | undefined {
  return sensitive?.isLiveUnknown ? { ...sensitive, places: [[]] } : sensitive
}

/** Whether everything below a place is secret with its keys. */
export function isClosed(steps: readonly Step[], { closed = [] }: Sensitive): boolean {
  return closed.length > 0 && isBelow(steps, closed)
}

/** Whether a place is one of others, or below one. */
export function isBelow(steps: readonly Step[], places: readonly (readonly Step[])[]): boolean {
  return places.some(
    (place) => place.length <= steps.length && place.every((step, depth) => isSame(step, steps[depth])),
  )
}

function isSame(one: Step, other: Step | undefined): boolean {
  if (typeof one === 'string' && typeof other === 'string') return one === other
  // A list that replaced a mapping, or the reverse, cannot be matched step by step: redact it.
  if (typeof one === 'string' || typeof other !== 'object') return true
  return one.element === undefined || other.element === undefined || one.element === other.element
}

/** The union of both; undefined where both are. */
export function bothSensitive(
  one: Sensitive | undefined,
  other: Sensitive | undefined,
): Sensitive | undefined {
  if (one === undefined || other === undefined || one === other) return one ?? other
  return {
    places: [...one.places, ...other.places],
    closed: [...(one.closed ?? []), ...(other.closed ?? [])],
    ...((one.isLiveUnknown ?? other.isLiveUnknown) && { isLiveUnknown: true }),
    secrets: allSecrets(one.secrets, other.secrets),
  }
}

/** The step to an element of a list. */
export function stepOf(element: JsonValue): Step {
  const name = isJsonObject(element) ? element.name : undefined
  return { element: typeof name === 'string' ? name : undefined }
}
