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
  readonly secrets: Secrets | undefined
}

/** For an object whose earlier secrets are unknown. */
export const ALL_SENSITIVE: Sensitive = { places: [[]], secrets: undefined }

/** The union of both; undefined where both are. */
export function bothSensitive(
  one: Sensitive | undefined,
  other: Sensitive | undefined,
): Sensitive | undefined {
  if (one === undefined || other === undefined || one === other) return one ?? other
  return { places: [...one.places, ...other.places], secrets: allSecrets(one.secrets, other.secrets) }
}

/** The step to an element of a list. */
export function stepOf(element: JsonValue): Step {
  const name = isJsonObject(element) ? element.name : undefined
  return { element: typeof name === 'string' ? name : undefined }
}
