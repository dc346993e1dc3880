import type { JsonObject } from './json.ts'
import type { ObjectKey } from './object.ts'

/** The objects of a rule: those that match all given fields; `group` is '' for the core group. */
export type ObjectSelector = Partial<ObjectKey>

/**
 * Fields of live objects that Reeve leaves as they are: set once, when the object is created, and neither
 * changed, added nor removed afterwards. Reeve's own marks on every object are never ignored, and an object
 * that Git no longer declares is still deleted. So is an element of a list, or an atomic value, with its
 * ignored fields; a new element is created with them. An atomic value that differs in other parts is
 * replaced, its ignored fields unchanged.
 */
export interface IgnoreRule {
  readonly objects: ObjectSelector
  /**
   * Fields by JSON pointer (RFC 6901), with everything below them; an element of a list by its keys,
   * `/spec/containers/[name=app]/image`, by its value, `/metadata/finalizers/[=a.example.com~1b]`, by its
   * index in the live list, or any by `*`. The empty pointer is the whole object. Elements of an atomic list
   * are one value; fields in them may be named.
   */
  readonly fields: readonly string[]
  /**
   * Fields in the same syntax that are sent when Git changes the value at the pointer, and left otherwise:
   * settings that the object's own controller removes after reading them.
   */
  readonly once: readonly string[]
  /**
   * Field managers (metadata.managedFields) whose fields are left to them, except status. A field that they
   * removed has no owner: name it by its pointer.
   */
  readonly managers: readonly string[]
}

/**
 * Health of objects of a kind that the conventions do not cover: CEL expressions over `object`. The first
 * state that holds wins, in the order suspended, degraded, progressing, healthy; where none holds, the object
 * is progressing, or healthy where no `healthy` is given. A rule without any of them keeps the built-in state
 * and only sets the deadline.
 */
export interface HealthRule {
  readonly objects: ObjectSelector
  /** Stopped on purpose. */
  readonly suspended?: string
  readonly degraded?: string
  readonly progressing?: string
  readonly healthy?: string
  /** CEL for the message of a state that is not healthy. */
  readonly message?: string
  /** Milliseconds after which a progressing object counts as degraded. */
  readonly deadlineMs?: number
}

/** How objects of a kind are put to sleep that Reeve does not know how to. */
export interface HibernateRule {
  readonly objects: ObjectSelector
  /** What a hibernated object has instead, as a JSON merge patch (RFC 7396): null removes a field. */
  readonly set: JsonObject
}

/** Rules for the handling of objects; an earlier rule in a list wins. */
export interface Rules {
  readonly ignore: readonly IgnoreRule[]
  readonly health: readonly HealthRule[]
  readonly hibernate: readonly HibernateRule[]
}

export const NO_RULES: Rules = { ignore: [], health: [], hibernate: [] }

/** Whether a selector matches an object. */
export function selects(selector: ObjectSelector, key: ObjectKey): boolean {
  return (
    (selector.kind ?? key.kind) === key.kind &&
    (selector.group ?? key.group) === key.group &&
    (selector.namespace ?? key.namespace) === key.namespace &&
    (selector.name ?? key.name) === key.name
  )
}
