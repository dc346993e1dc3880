import { printable } from '../../model/printable.ts'
import type { CommitStatus, Put } from './forge.ts'
import type { ForgeApi, StoredStatus } from './forge-api.ts'
import type { PutMemory } from './put-memory.ts'

/** Maximum length of a description, in characters: that of GitHub. */
const LONGEST_DESCRIPTION = 140

/** Makes a status the latest of its context, unless it is. */
export async function putStatus(
  api: ForgeApi,
  commit: string,
  status: CommitStatus,
  memory: PutMemory,
  signal?: AbortSignal,
): Promise<Put> {
  const fitting = asTaken(status, api)
  const key = JSON.stringify([commit, status.context])
  const found = await api.status(commit, status.context, signal)
  if (found && memory.isStored(key, textOf(fitting), textOf(found))) return 'unchanged'
  const stored = await api.createStatus(commit, fitting, signal)
  memory.remember(key, textOf(fitting), textOf(stored ?? found ?? fitting))
  return stored ? 'written' : 'unchanged'
}

/** A status as the forge takes it: a description of one line, and no URL that is too long. */
function asTaken(
  { context, state, description, url }: CommitStatus,
  { longestUrl, hasErrorState }: ForgeApi,
): CommitStatus {
  const isFitting = url !== undefined && url.length <= longestUrl
  return {
    context,
    state: state === 'error' && !hasErrorState ? 'failure' : state,
    description: oneLine(description),
    ...(isFitting && { url }),
  }
}

function oneLine(text: string): string {
  const line = printable(text).replaceAll(/\s+/g, ' ').trim()
  if (line.length <= LONGEST_DESCRIPTION) return line
  const cut = line.slice(0, LONGEST_DESCRIPTION - 1)
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`
}

function textOf({ state, description, url = '' }: StoredStatus): string {
  return JSON.stringify([state, description, url])
}
