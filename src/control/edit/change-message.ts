import { hash } from 'node:crypto'
import { type RolloutRequest, subjectOf, targetOf, trailerOf } from '../../stages/edit/rollout-request.ts'

/** Maximum length of a name in a branch. */
const LONGEST = 100

/** The message of a commit. @param reason of the person who asks for it */
export function changeMessage(request: RolloutRequest, reason: string | undefined): string {
  return messageOf(subjectOf(request), [reason, trailerOf(request)])
}

export function messageOf(subject: string, parts: readonly (string | undefined)[]): string {
  const paragraphs = [subject, ...parts].flatMap((part) => part?.trim() || [])
  return `${paragraphs.join('\n\n')}\n`
}

/** The branch that proposes a request: the same whenever the same is asked for. @param path the Repository's path */
export function changeBranch(request: RolloutRequest, path: string): string {
  const short = shortDigest(JSON.stringify([path, ...Object.entries(request).sort().flat()]))
  return `reeve/rollout/${branchPart(targetOf(request))}-${request.verb}-${short}`
}

/** A name as a part of a branch. */
export function branchPart(name: string): string {
  return name.slice(0, LONGEST).replaceAll(/[^\w-]+/g, '+')
}

export function shortDigest(text: string): string {
  return hash('sha256', text).slice(0, 7)
}
