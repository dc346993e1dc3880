import type { ObjectKey } from './object.ts'

/** Which objects a rule is about: those that match all of what is given; `group` is '' for the core group. */
export type ObjectSelector = Partial<ObjectKey>

/**
 * What of live objects Reeve leaves as it finds it: set once, when the object is created, and neither
 * changed, added nor removed afterwards. What Reeve itself puts on every object is never left, and an
 * object that Git gives up is deleted all the same. So is an element of a list, and an atomic value, with
 * the ignored fields in it; a new element comes with them. An atomic value that differs in other parts is
 * replaced with its ignored fields as they are.
 */
export interface IgnoreRule {
  readonly objects: ObjectSelector
  /**
   * Fields by JSON pointer (RFC 6901), with all that is below them; an element of a list by its keys,
   * `/spec/containers/[name=app]/image`, by its value, `/metadata/finalizers/[=a.example.com~1b]`, by
   * its index in the live list, or any by `*`. The empty pointer is the whole object. Elements of an
   * atomic list are one value; fields in them may be named.
   */
  readonly fields: readonly string[]
  /**
   * Fields in the same syntax that are sent whenever Git changes what a pointer names, and left otherwise:
   * settings that the object's own controller takes out when it has read them.
   */
  readonly once: readonly string[]
  /**
   * Whoever these field managers are (metadata.managedFields), what they own is left to them, status
   * aside. A field that they removed is nobody's: name it by its pointer.
   */
  readonly managers: readonly string[]
}

/**
 * How objects of a kind say how they are, where the conventions do not tell: CEL expressions over
 * `object`. Of the three states the first that holds in the order degraded, progressing, healthy counts;
 * where none does, the object is progressing, or healthy where no `healthy` is given. A rule without any
 * of the three leaves the state to what is built in, and only sets the deadline.
 */
export interface HealthRule {
  readonly objects: ObjectSelector
  readonly degraded?: string
  readonly progressing?: string
  readonly healthy?: string
  /** CEL that gives the message of a state that is not healthy. */
  readonly message?: string
  /** Milliseconds after which a progressing object counts as degraded. */
  readonly deadlineMs?: number
}

/** What is said about how objects are handled; a rule further up in its list wins. */
export interface Rules {
  readonly ignore: readonly IgnoreRule[]
  readonly health: readonly HealthRule[]
}

export const NO_RULES: Rules = { ignore: [], health: [] }

/** Whether a rule is about an object. */
export function selects(selector: ObjectSelector, key: ObjectKey): boolean {
  return (
    (selector.kind ?? key.kind) === key.kind &&
    (selector.group ?? key.group) === key.group &&
    (selector.namespace ?? key.namespace) === key.namespace &&
    (selector.name ?? key.name) === key.name
  )
}
