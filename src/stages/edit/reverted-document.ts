import type { Origin } from '../../model/installation.ts'
import { isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'
import { tokensOf, valueAt } from '../../model/json-pointer.ts'
import { canonicalJson } from '../plan/canonical-json.ts'
import { editFile, valuesIn } from './edit-file.ts'
import { pairLines } from './pair-lines.ts'

/** A document in the text of its file. */
export interface PlacedText {
  readonly text: string
  readonly origin: Pick<Origin, 'file' | 'document' | 'pointer'>
}

/** Fields of a group that are no part of what its members inherit. */
const KEPT: ReadonlySet<string> = new Set(['rollout', 'members', 'selector'])

/**
 * The text of a group's file in which what members inherit from the group is what it was: field by field, each as it
 * was written. All else stays as it is.
 * @returns undefined where the text cannot be edited
 */
export function revertedDocument(head: PlacedText, good: PlacedText): string | undefined {
  const wanted = specOf(good)
  if (wanted === undefined || specOf(head) === undefined) return undefined
  const names = new Set([...Object.keys(specOf(head) ?? {}), ...Object.keys(wanted)])
  let { text } = head
  for (const name of [...names].filter((each) => !KEPT.has(each))) {
    const now = specOf({ ...head, text })
    if (isSame(now?.[name], wanted[name])) continue
    const edited = fieldReverted({ ...head, text }, good, name, wanted[name])
    if (edited === undefined) return undefined
    text = edited
  }
  return text
}

function fieldReverted(
  { text, origin }: PlacedText,
  good: PlacedText,
  name: string,
  value: JsonValue | undefined,
): string | undefined {
  const path = ['spec', name]
  if (value === undefined) return editFile(text, origin, { kind: 'remove', path })
  const lines = pairLines(good.text, good.origin, path)
  return editFile(text, origin, { kind: 'set', path, value, lines })
}

function specOf({ text, origin }: PlacedText): JsonObject | undefined {
  const document = valuesIn(text, origin.file)?.[origin.document]
  const object = valueAt(document, tokensOf(origin.pointer))
  return isJsonObject(object) ? objectIn(object.spec) : undefined
}

function isSame(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return canonicalJson(one) === canonicalJson(other)
}
