import type { Put } from './forge.ts'
import type { ForgeApi, StoredComment } from './forge-api.ts'
import type { PutMemory } from './put-memory.ts'
import { readPages } from './read-pages.ts'

export interface CommentPlace {
  readonly api: ForgeApi
  readonly number: number
  readonly marker: string
  readonly signal?: AbortSignal | undefined
}

/** Makes a text the body of Reeve's one comment: the oldest of its own; others of its own are deleted. */
export async function putComment(place: CommentPlace, body: string, memory: PutMemory): Promise<Put> {
  const { api, number, signal } = place
  const [first, ...rest] = await ownComments(place)
  for (const { id } of rest) await api.deleteComment(number, id, signal)
  if (first && memory.isStored(keyOf(place, first), plain(body), plain(first.body)))
    return rest.length === 0 ? 'unchanged' : 'written'
  const stored = first
    ? await api.editComment(number, first.id, body, signal)
    : await api.createComment(number, body, signal)
  memory.remember(keyOf(place, stored), plain(body), plain(stored.body))
  return 'written'
}

/**
 * Comments with the marker that Reeve's own account wrote, oldest first. The marker begins a line: a person who uses
 * the same account may quote Reeve's comment, with `> ` before each line.
 */
export async function ownComments({
  api,
  number,
  marker,
  signal,
}: CommentPlace): Promise<readonly StoredComment[]> {
  const account = await api.account(signal)
  const all = await readPages('comments', api.commentPageSize, (page) => api.comments(number, page, signal))
  const own = all.filter(({ author, body }) => author === account && hasMarker(body, marker))
  // One may be on two pages where another was deleted meanwhile.
  const byId = new Map(own.map((comment) => [comment.id, comment]))
  return [...byId.values()].sort((one, other) => one.id - other.id)
}

function hasMarker(body: string, marker: string): boolean {
  return `\n${plain(body)}`.includes(`\n${marker}`)
}

function keyOf({ number }: CommentPlace, { id }: StoredComment): string {
  return `${number} ${id}`
}

/** Forges change line ends, and what follows the text. */
function plain(body: string): string {
  return body.replaceAll('\r\n', '\n').trimEnd()
}
