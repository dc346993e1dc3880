import { type Fault, fault } from '../../../model/fault.ts'
import type { JsonValue } from '../../../model/json.ts'
import { compose } from './compose.ts'
import { type Finding, offsetOf } from './composition.ts'
import { type LineOf, lineFinder } from './lines.ts'
import { parseDocumentEvents } from './parse-events.ts'
import { countLines, type DocumentText, splitDocuments } from './split-documents.ts'

/** One document of a YAML or JSON file, read as kubectl reads it. */
export interface ParsedDocument {
  /** Index among the documents of the file, from 0, not counting empty ones. */
  readonly document: number
  /** The line of its first key, element or bracket, counted from 1. */
  readonly line: number
  /**
   * Mappings are objects without a prototype. Undefined where the syntax is broken; with other faults, the
   * readable part.
   */
  readonly value: JsonValue | undefined
  readonly faults: readonly Fault[]
}

/**
 * Reads all documents of a file with all their faults, each with its line: as kubectl does (sigs.k8s.io/yaml
 * over go-yaml v2), but strictly, so that nothing is lost silently: duplicate keys, integers that JavaScript
 * can't hold and content after `...` are faults. Never throws.
 */
export function parseYaml(text: string, file: string): readonly ParsedDocument[] {
  return splitDocuments(text).map((source, document) => parseDocument(source, document, file))
}

function parseDocument(source: DocumentText, document: number, file: string): ParsedDocument {
  const parsed = source.badSeparator ? { finding: badSeparator } : parseDocumentEvents(source.text)
  if ('finding' in parsed) {
    const lineOf = lineFinder(source.text, source.line)
    const line = lineOf(parsed.finding.offset)
    return { document, line, value: undefined, faults: [faultOf(parsed.finding, file, lineOf)] }
  }
  const lineOf = lineFinder(parsed.text, source.line)
  const { value, findings } = compose(parsed.text, parsed.events)
  const line = 1 + source.line + countLines(parsed.text, offsetOf(parsed.events[1], 0))
  return { document, line, value, faults: findings.map((finding) => faultOf(finding, file, lineOf)) }
}

const badSeparator: Finding = {
  code: 'yaml-unsupported',
  details: 'something follows "---" on the same line',
  offset: 0,
}

function faultOf({ code, details, offset, earlier }: Finding, file: string, lineOf: LineOf): Fault {
  const location = { file, line: lineOf(offset) }
  return fault(code, earlier === undefined ? details : `${details}, first on line ${lineOf(earlier)}`, {
    location,
  })
}
