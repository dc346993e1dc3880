import type { Probe } from '../../../adapters/probe/probe.ts'
import { compilePattern } from '../../../model/pattern.ts'
import type { HttpQuestion } from '../../../model/rollout-check.ts'
import { type Found, found } from './found.ts'

/** Maximum work of a pattern on an answer: its instructions, each of which may be tried at each character. */
const MOST_WORK = 50_000_000

/** Whether the URL is answered as expected. Nothing of the answer is told but its status. @throws NoAnswer */
export async function askHttp(question: HttpQuestion, probe: Pick<Probe, 'get'>): Promise<Found> {
  const { matches: pattern } = question
  const { status, text } = await probe.get(new URL(question.url), (got) => got === question.status)
  if (status !== question.status) return found('fail', `HTTP status ${status}`)
  if (pattern === undefined) return found('pass', `HTTP status ${status}`)
  const { matches, size } = compilePattern(pattern)
  if (size * text.length > MOST_WORK) return found('none', 'the answer is too long for the pattern')
  return matches(text)
    ? found('pass', 'the answer matches')
    : found('fail', 'nothing in the answer matches the pattern')
}
