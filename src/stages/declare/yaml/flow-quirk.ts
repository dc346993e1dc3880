import { COLLECTION_STYLE, EVENT_ID, type Event, SCALAR_STYLE, type ScalarEvent } from 'js-yaml'
import type { YamlFinding } from './composition.ts'

const suspicious = /[[{,\s]\?\S|:[,[\]{}]/

/**
 * Finds words in brackets that our parser (YAML 1.2) and kubectl's (1.1) interpret differently: `[?a]` is a
 * mapping for kubectl, and in `{a:}` its key is `a:`. They are refused.
 */
export function flowQuirk(text: string, events: readonly Event[]): YamlFinding | undefined {
  if (!suspicious.test(text)) return undefined
  const inFlow: boolean[] = []
  for (const event of events) {
    if (event.type === EVENT_ID.POP) inFlow.pop()
    else if (event.type === EVENT_ID.DOCUMENT) inFlow.push(false)
    else if ('start' in event) inFlow.push(event.style === COLLECTION_STYLE.FLOW)
    else if (inFlow.at(-1) && event.type === EVENT_ID.SCALAR && isQuirk(text, event)) {
      const details = 'a word in brackets that begins with "?" or whose ":" has no space after it'
      return { code: 'yaml-unsupported', details, offset: event.valueStart }
    }
  }
  return undefined
}

function isQuirk(text: string, { style, valueStart, valueEnd }: ScalarEvent): boolean {
  if (style !== SCALAR_STYLE.PLAIN || valueStart < 0) return false
  return text.startsWith('?', valueStart) || /^:[,[\]{}]/.test(text.slice(valueEnd, valueEnd + 2))
}
