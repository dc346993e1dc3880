import { EVENT_ID, type Event, parseEvents, YAMLException } from 'js-yaml'
import { countMarks } from '../../../model/count-marks.ts'
import { MAX_DEPTH, tooDeep } from './anchors.ts'
import type { YamlFinding } from './composition.ts'
import { flowQuirk } from './flow-quirk.ts'
import { indentFlow } from './indent-flow.ts'

/** The events of one document and their text, or the finding that prevents parsing. */
export type Parsed = { readonly text: string; readonly events: readonly Event[] } | Broken

interface Broken {
  readonly finding: YamlFinding
}

const MAX_REPAIRS = 50
/** Maximum number of characters that are parsed again after repairs, which takes time for each. */
const MAX_REPAIRED = 16_000_000
/**
 * Maximum number of marks that may begin a value. An object that an API server accepts has far fewer (3 MiB a
 * request); parsed, each takes a few hundred bytes.
 */
const MAX_MARKS = 500_000
const deficient = 'not indented enough, or a bracket or quote above it is not closed'

/**
 * Parses the text of one document; lines stay as they are, columns may not. Constructs that kubectl refuses
 * or silently drops are refused: directives (`%YAML`, `%TAG`), content after the end mark `...`, and line
 * breaks of YAML 1.1 only (outside JSON).
 */
export function parseDocumentEvents(text: string): Parsed {
  if (text.length > MAX_MARKS && countMarks(text) > MAX_MARKS) return { finding: tooManyValues }
  const parsed = parseRepaired(text)
  if ('finding' in parsed) return parsed
  const finding = refusal(parsed)
  return finding ? { finding } : parsed
}

const tooManyValues: YamlFinding = {
  code: 'yaml-too-many-values',
  details: `about ${MAX_MARKS.toLocaleString('en')} at most`,
  offset: 0,
}

function parseRepaired(text: string): Parsed {
  const first = parse(text)
  let parsed = first
  let repaired: string | undefined = text
  const most = Math.min(MAX_REPAIRS, MAX_REPAIRED / text.length)
  for (let repairs = 0; 'finding' in parsed && repairs < most; repairs += 1) {
    if (parsed.finding.details !== deficient) return first
    repaired = indentFlow(repaired, parsed.finding.offset)
    if (repaired === undefined) return first
    parsed = parse(repaired)
  }
  return 'finding' in parsed ? first : parsed
}

function parse(text: string): Parsed {
  try {
    return { text, events: parseEvents(text, { maxDepth: MAX_DEPTH }) }
  } catch (error) {
    return { finding: syntaxFinding(error) }
  }
}

function syntaxFinding(error: unknown): YamlFinding {
  if (!(error instanceof YAMLException)) return { code: 'yaml-syntax', details: '', offset: 0 }
  const offset = error.mark?.position ?? 0
  if (error.reason.startsWith('nesting exceeded')) return { ...tooDeep, offset }
  const details = error.reason === 'deficient indentation' ? deficient : withoutQuotation(error.reason)
  return { code: 'yaml-syntax', details, offset }
}

/** The parser quotes tags, and an unquoted password that begins with `!` looks like one. */
function withoutQuotation(reason: string): string {
  return reason.replace(/(?:: | ").*$/s, '')
}

function refusal({ text, events }: Exclude<Parsed, Broken>): YamlFinding | undefined {
  return oldBreak(text) ?? directive(events) ?? secondDocument(text, events) ?? flowQuirk(text, events)
}

function oldBreak(text: string): YamlFinding | undefined {
  const offset = text.search(/[\u0085\u2028\u2029]/)
  if (offset < 0 || text.trimStart().startsWith('{')) return undefined
  const details = 'U+0085, U+2028 or U+2029, which kubectl reads as a line break'
  return { code: 'yaml-unsupported', details, offset }
}

function directive(events: readonly Event[]): YamlFinding | undefined {
  const [document] = events
  if (document?.type !== EVENT_ID.DOCUMENT || document.directives.length === 0) return undefined
  return { code: 'yaml-unsupported', details: 'a directive (a line that begins with "%")', offset: 0 }
}

function secondDocument(text: string, events: readonly Event[]): YamlFinding | undefined {
  const second = events.findIndex(({ type }, index) => index > 0 && type === EVENT_ID.DOCUMENT)
  if (second < 0) return undefined
  const offset = Math.max(text.search(/^(?:\.\.\.|---)/m), 0)
  const details = 'a second document without a "---" line, which kubectl ignores'
  return { code: 'yaml-unsupported', details, offset }
}
