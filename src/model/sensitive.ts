import { isJsonObject, type JsonValue } from './json.ts'
import { allSecrets, type Secrets } from './secrets.ts'

/**
 * A step on the way to a value of an object: a field, or an element of a list by its field `name`;
 * one without may be any.
 */
export type Step = string | { readonly element: string | undefined }

/** Where an object holds what was decrypted, and what no other part of it may show either. */
export interface Sensitive {
  /** Whatever is there or below is secret, in Git and in the cluster. */
  readonly places: readonly (readonly Step[])[]
  readonly secrets: Secrets | undefined
}

/** An object of which it is not known what was secret in it before. */
export const ALL_SENSITIVE: Sensitive = { places: [[]], secrets: undefined }

/** What either says; undefined where neither says anything. */
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
