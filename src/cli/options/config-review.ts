import { type JsonObject, objectIn } from '../../model/json.ts'
import type { DirectPush, ReviewSettings } from '../../model/settings.ts'
import type { DocumentSchema } from '../../stages/declare/documents/document-schema.ts'
import { stringsIn } from '../../stages/declare/documents/read-rules.ts'

const patterns = {
  type: 'array',
  maxItems: 1000,
  items: {
    type: 'string',
    minLength: 1,
    maxLength: 253,
    pattern: '^[-A-Za-z0-9.*]+$',
    description: 'A name; * stands for any characters.',
  },
} as const

/** Keys of the configuration file about reviews of changes. */
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
  requireReviewedPlan: {
    type: 'boolean',
    description: 'Every installation moves only as a merged change was reviewed.',
  },
  directPush: {
    type: 'string',
    pattern: '^(hold|allow)$',
    description: 'What becomes of changes that no merged review is about: hold (the default) or allow.',
  },
  directPushHolds: {
    type: 'object',
    description: 'Where directPush is allow: changes of these objects are held all the same.',
    properties: {
      kinds: { ...patterns, description: 'Kinds, such as Deployment.apps or *.example.com.' },
      namespaces: { ...patterns, description: 'Namespaces.' },
    },
  },
} as const satisfies Readonly<Record<string, DocumentSchema>>

/** Reads keys that are valid by `reviewProperties`. */
export function readReview({ review, requireReviewedPlan, ...direct }: JsonObject): ReviewSettings {
  const { forks, branches, lead } = objectIn(review)
  return {
    forks: forks === true,
    ...(typeof branches === 'string' && { branches }),
    ...(typeof lead === 'string' && { lead }),
    ...(requireReviewedPlan === true && { requireReviewedPlan }),
    ...directPushIn(direct),
  }
}

function directPushIn({ directPush, directPushHolds }: JsonObject): { readonly directPush?: DirectPush } {
  if (directPush !== 'allow') return {}
  const { kinds, namespaces } = objectIn(directPushHolds)
  if (kinds === undefined && namespaces === undefined) return { directPush }
  return { directPush: { kinds: stringsIn(kinds), namespaces: stringsIn(namespaces) } }
}
