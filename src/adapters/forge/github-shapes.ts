import { needId, textAt } from './answer-fields.ts'
import type { CommitStatus } from './forge.ts'
import type { StoredComment, StoredStatus } from './forge-api.ts'

const STATES: readonly CommitStatus['state'][] = ['pending', 'success', 'failure', 'error']

/** A comment, as GitHub and Gitea answer it. */
export function readComment(answer: unknown): StoredComment {
  return {
    id: needId(answer, ['id']),
    author: textAt(answer, ['user', 'login']) ?? '',
    body: textAt(answer, ['body']) ?? '',
  }
}

/** A status of a commit. @param field that holds its state: GitHub and Gitea name it differently */
export function readStatus(status: unknown, field: 'state' | 'status'): StoredStatus {
  const url = textAt(status, ['target_url']) ?? ''
  return {
    state: STATES.find((state) => state === textAt(status, [field])) ?? 'error',
    description: textAt(status, ['description']) ?? '',
    ...(url !== '' && { url }),
  }
}
