import type { ClusterReview } from '../cluster-review.ts'
import { prose } from './markdown.ts'

/** A note at a line of a file. */
export interface FaultNote {
  readonly file: string
  readonly line: number
  /** Inert in Markdown, for forges that read it as such. */
  readonly text: string
}

/** Maximum number of notes. */
const MOST = 50

/** Faults with a place, each place and message once, for forges that show them in the files. */
export function annotationsOf(reviews: readonly ClusterReview[]): readonly FaultNote[] {
  const notes = reviews
    .flatMap(({ faults }) => faults)
    .flatMap(({ file, line, message, remedy }) => {
      if (file === undefined || line === undefined || line < 1) return []
      const [sentence = ''] = remedy.split('\n')
      const text = sentence === '' ? prose(message) : `${prose(message)} → ${prose(sentence)}`
      return [{ file, line, text }]
    })
  const distinct = new Map(notes.map((note) => [JSON.stringify(note), note]))
  return [...distinct.values()].slice(0, MOST)
}
