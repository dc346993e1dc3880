import { type JsonObject, objectIn } from '../../model/json.ts'
import type { ReviewSettings } from '../../model/settings.ts'
import type { DocumentSchema } from '../../stages/declare/documents/document-schema.ts'

/** Key of the configuration file about reviews of changes. */
export const reviewProperties = {
  review: {
    type: 'object',
    description: 'How changes are reviewed.',
    properties: {
      forks: {
        type: 'boolean',
        description: 'Also plan pull requests from repositories of others.',
      },
      branches: {
        type: 'string',
        minLength: 1,
        maxLength: 200,
        pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]*$',
        description: 'Prefix of the branches that are planned where there is no forge, such as proposal/.',
      },
      lead: {
        type: 'string',
        minLength: 1,
        maxLength: 63,
        description: 'The cluster whose Reeve writes to the forge, where several clusters follow the branch.',
      },
    },
  },
} as const satisfies Readonly<Record<string, DocumentSchema>>

/** Reads a key that is valid by `reviewProperties`. */
export function readReview({ review }: JsonObject): ReviewSettings {
  const { forks, branches, lead } = objectIn(review)
  return {
    forks: forks === true,
    ...(typeof branches === 'string' && { branches }),
    ...(typeof lead === 'string' && { lead }),
  }
}
