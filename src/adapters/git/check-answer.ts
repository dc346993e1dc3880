import type { Budgets } from '../../model/budgets.ts'
import { packedSizes } from './check-pack.ts'
import { brokenAnswer, serverError, tooLarge } from './git-fault.ts'
import { readServerWords } from './server-words.ts'

export interface CheckAnswerOptions {
  readonly url: string
  /** Texts that no message may contain. */
  readonly secrets: readonly string[]
  readonly budgets: Budgets
  /** Whether the answer brings a pack. */
  readonly hasPack: boolean
}

/** Checks an answer before isomorphic-git sees it. @throws FaultError for any defect */
export function checkAnswer(bytes: Buffer, { url, secrets, budgets, hasPack }: CheckAnswerOptions): void {
  const words = readServerWords(bytes)
  if (words.error) throw serverError(url, words.error, secrets)
  if (!words.complete) throw brokenAnswer(url)
  if (hasPack) checkObjects(bytes, url, budgets)
}

/** Isomorphic-git inflates every object of a pack, whatever its size. */
function checkObjects(bytes: Buffer, url: string, { gitObject, gitUnpacked }: Budgets): void {
  const sizes = packedSizes(bytes, { largest: gitObject, total: gitUnpacked })
  if (sizes === undefined) throw brokenAnswer(url)
  if (sizes.largest > gitObject) throw tooLarge('an object', gitObject)
  if (sizes.total > gitUnpacked) throw tooLarge('all objects together', gitUnpacked)
}
