import { type Fault, fault } from '../../../model/fault.ts'
import type { JsonValue } from '../../../model/json.ts'
import { quoted } from '../../../model/quoted.ts'
import { compose } from './compose.ts'
import { type DuplicateKey, offsetOf, type YamlFinding } from './composition.ts'
import { conflictIn, explainFinding, explainSyntax, strangeFile } from './explain-syntax.ts'
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
  /** Keys that their mappings have already, and the lines where they do; each is among the faults, too. */
  readonly duplicates: readonly { readonly key: string; readonly line: number }[]
}

/**
 * Reads all documents of a file with all their faults, each with its line: as kubectl does (sigs.k8s.io/yaml
 * over go-yaml v2), but strictly, so that nothing is lost silently: duplicate keys and content after `...` are
 * faults, and integers are exact. Never throws.
 */
export function parseYaml(text: string, file: string): readonly ParsedDocument[] {
  const strange = strangeFile(text)
  if (strange) return [broken(strange, { text, line: 0 }, 0, file)]
  return splitDocuments(text).map((source, document) => parseDocument(source, document, file))
}

function parseDocument(source: DocumentText, document: number, file: string): ParsedDocument {
  const parsed = source.badSeparator ? { finding: badSeparator } : parseDocumentEvents(source.text)
  if ('finding' in parsed) return broken(explainSyntax(source.text, parsed.finding), source, document, file)
  const lineOf = lineFinder(parsed.text, source.line)
  const composed = compose(parsed.text, parsed.events)
  const { value } = composed
  const conflict = typeof value === 'string' ? conflictIn(parsed.text) : undefined
  if (conflict) return broken(conflict, source, document, file)
  const findings = [
    ...composed.findings.map((finding) => explainFinding(parsed.text, finding)),
    ...composed.duplicates.map((duplicate) => duplicateKey(duplicate, lineOf)),
  ].sort((a, b) => a.offset - b.offset)
  const line = 1 + source.line + countLines(parsed.text, offsetOf(parsed.events[1], 0))
  const faults = findings.map((finding) => faultOf(finding, file, lineOf))
  const duplicates = composed.duplicates.map(({ key, offset }) => ({ key, line: lineOf(offset) }))
  return { document, line, value, faults, duplicates }
}

/** A document that cannot be read at all. */
function broken(
  finding: YamlFinding,
  { text, line: first }: Pick<DocumentText, 'text' | 'line'>,
  document: number,
  file: string,
): ParsedDocument {
  const lineOf = lineFinder(text, first)
  const line = lineOf(finding.offset)
  return { document, line, value: undefined, faults: [faultOf(finding, file, lineOf)], duplicates: [] }
}

const badSeparator: YamlFinding = {
  code: 'yaml-unsupported',
  details: 'something follows "---" on the same line',
  offset: 0,
}

function duplicateKey({ key, offset, earlier }: DuplicateKey, lineOf: LineOf): YamlFinding {
  return { code: 'yaml-duplicate-key', details: `${quoted(key)}, first on line ${lineOf(earlier)}`, offset }
}

function faultOf({ code, details, offset }: YamlFinding, file: string, lineOf: LineOf): Fault {
  return fault(code, details, { location: { file, line: lineOf(offset) } })
}
