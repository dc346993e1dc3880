import { cut } from '../../../model/cut.ts'
import { printable } from '../../../model/printable.ts'
import type { Look } from '../../../stages/rollout/check-state.ts'

/** What a look found. */
export type Found = Pick<Look, 'result' | 'detail'>

/** Maximum length of what is told of an answer, which may hold anything, in characters. */
const LONGEST = 200

/** @param words may quote a server: only their beginning is told, without characters that do not show */
export function found(result: Look['result'], words: string): Found {
  return { result, detail: cut(printable(cut(words, LONGEST)), LONGEST) }
}
