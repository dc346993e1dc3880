import { tokensOf } from '../../../model/json-pointer.ts'
import { quoted } from '../../../model/quoted.ts'

/** Formats a JSON pointer such as `/spec/ignore/0/kind` for people: `spec.ignore[0].kind`. */
export function fieldName(pointer: string): string {
  return tokensOf(pointer)
    .map((word) =>
      /^\d+$/.test(word) ? `[${word}]` : /^[\w-]+$/.test(word) ? `.${word}` : `[${quoted(word)}]`,
    )
    .join('')
    .replace(/^\./, '')
}
