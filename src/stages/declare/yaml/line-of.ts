import { EVENT_ID } from 'js-yaml'
import { escapeToken } from '../../../model/json-pointer.ts'
import { composeKey } from './compose-key.ts'
import { atEnd, type Composition, newComposition, offsetOf, skipNode } from './composition.ts'
import { type LineOf, lineFinder } from './lines.ts'
import { parseDocumentEvents } from './parse-events.ts'
import { type DocumentText, splitDocuments } from './split-documents.ts'

/** The line, from 1, of a JSON pointer (RFC 6901) in a document; see `lineOf`. */
export type Locate = (document: number, pointer: string) => number | undefined

/**
 * The line of a field's key, or of a list's element where the pointer ends in an index. Where the text has no
 * such field, or only through an alias or a merge key, the line of the nearest field around it. Undefined
 * where the file has no such document or its syntax is broken.
 */
export function lineOf(text: string, document: number, pointer: string): number | undefined {
  return locator(text)(document, pointer)
}

/** `lineOf` for many look-ups in one file: each document is scanned once. */
export function locator(text: string): Locate {
  let documents: readonly DocumentText[] | undefined
  const known = new Map<number, ReadonlyMap<string, number>>()
  return (document, pointer) => {
    documents ??= splitDocuments(text)
    const source = documents[document]
    if (!source) return undefined
    const lines = known.get(document) ?? linesOf(source)
    known.set(document, lines)
    return nearest(lines, pointer)
  }
}

function nearest(lines: ReadonlyMap<string, number>, pointer: string): number | undefined {
  for (let known = pointer; known !== ''; known = known.slice(0, known.lastIndexOf('/'))) {
    const line = lines.get(known)
    if (line !== undefined) return line
  }
  return lines.get('')
}

function linesOf(source: DocumentText): ReadonlyMap<string, number> {
  const lines = new Map<string, number>()
  const parsed = parseDocumentEvents(source.text)
  if ('finding' in parsed) return lines
  const composition = newComposition(parsed.text, parsed.events)
  const lineAt = lineFinder(parsed.text, source.line)
  lines.set('', lineAt(offsetOf(parsed.events[1], 0)))
  collect(composition, '', lines, lineAt)
  return lines
}

/** Adds the lines below the next node, whose pointer is `pointer`. */
function collect(
  composition: Composition,
  pointer: string,
  lines: Map<string, number>,
  lineAt: LineOf,
): void {
  const event = composition.events[composition.next]
  const isMapping = event?.type === EVENT_ID.MAPPING
  if (!isMapping && event?.type !== EVENT_ID.SEQUENCE) {
    composition.next += 1
    return
  }
  composition.next += 1
  for (let index = 0; !atEnd(composition); index += 1) {
    const entry = composition.events[composition.next]
    const word = isMapping ? takeKey(composition) : String(index)
    if (word === undefined) composition.next = skipNode(composition.events, composition.next)
    else {
      const child = `${pointer}/${escapeToken(word)}`
      if (!lines.has(child)) lines.set(child, lineAt(offsetOf(entry, event.start)))
      collect(composition, child, lines, lineAt)
    }
  }
  composition.next += 1
}

/** Takes the next key; undefined for a node that cannot be a key. */
function takeKey(composition: Composition): string | undefined {
  const event = composition.events[composition.next]
  composition.next = skipNode(composition.events, composition.next)
  return event?.type === EVENT_ID.SCALAR ? composeKey(composition, event) : undefined
}
