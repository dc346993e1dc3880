import type { Origin } from '../../model/installation.ts'
import { isJsonObject, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'
import { tokensOf, valueAt } from '../../model/json-pointer.ts'
import { splitDocuments } from '../declare/yaml/split-documents.ts'
import { canonicalJson } from '../plan/canonical-json.ts'
import { editFile, valueIn } from './edit-file.ts'
import { type PairLines, pairLines } from './pair-lines.ts'

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
  const past = pairLines(good.text, good.origin)
  let { text } = head
  for (const name of [...names].filter((each) => !KEPT.has(each))) {
    const now = specOf({ ...head, text })
    if (isSame(now?.[name], wanted[name])) continue
    const edited = fieldReverted({ ...head, text }, past, name, wanted[name])
    if (edited === undefined) return undefined
    text = edited
  }
  return text
}

function fieldReverted(
  { text, origin }: PlacedText,
  past: PairLines,
  name: string,
  value: JsonValue | undefined,
): string | undefined {
  const path = ['spec', name]
  if (value === undefined) return editFile(text, origin, { kind: 'remove', path })
  return editFile(text, origin, { kind: 'set', path, value, lines: past(path) })
}

function specOf({ text, origin }: PlacedText): JsonObject | undefined {
  const source = splitDocuments(text)[origin.document]
  const object = valueAt(source && valueIn(source.text, origin.file), tokensOf(origin.pointer))
  return isJsonObject(object) ? objectIn(object.spec) : undefined
}

function isSame(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return canonicalJson(one) === canonicalJson(other)
}
