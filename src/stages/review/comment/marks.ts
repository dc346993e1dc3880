import type { ReviewComment } from './review-comment.ts'

/** The HTML comment that only the comment of a Repository's Reeve contains. */
export function markerOf(repository: string): string {
  return `<!-- reeve:review ${encodeURIComponent(repository)} -->`
}

/** The whole comment, with the key by which it is known to be current. */
export function markedBody({ body, key }: Pick<ReviewComment, 'body' | 'key'>): string {
  return `${body}\n<!-- reeve:key ${key} -->\n`
}

/** The key of a comment that is there. */
export function keyIn(body: string | undefined): string | undefined {
  return /<!-- reeve:key ([\w-]+) -->/.exec(body ?? '')?.[1]
}
