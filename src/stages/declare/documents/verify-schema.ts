import type { DocumentSchema } from './document-schema.ts'

function duration(description: string) {
  return { type: 'string', maxLength: 32, pattern: '^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$', description } as const
}

const url = { type: 'string', minLength: 1, maxLength: 1000, pattern: '^https?://' } as const

const prometheus = {
  type: 'object',
  description: 'An instant query of which each sample is within bounds.',
  required: ['address', 'query'],
  properties: {
    address: {
      ...url,
      description:
        'An http:// or https:// URL, such as http://prometheus.monitoring:9090; Reeve asks /api/v1/query below it.',
    },
    query: { type: 'string', minLength: 1, maxLength: 2000, description: 'The query, in PromQL.' },
    min: { type: 'number', description: 'The lowest value that passes.' },
    max: { type: 'number', description: 'The highest value that passes.' },
  },
  rules: [{ rule: 'has(self.min) || has(self.max)', message: 'give min, max or both' }],
} as const satisfies DocumentSchema

const http = {
  type: 'object',
  description: 'A URL that answers as expected.',
  required: ['url'],
  properties: {
    url: { ...url, description: 'An http:// or https:// URL.' },
    status: {
      type: 'integer',
      minimum: 200,
      maximum: 599,
      description: 'The status of the answer; by default 200.',
    },
    matches: {
      type: 'string',
      minLength: 1,
      maxLength: 1000,
      description: 'A regular expression (RE2) that matches somewhere in the answer.',
    },
  },
} as const satisfies DocumentSchema

const job = {
  type: 'object',
  description: 'A Job that completes. Reeve makes it once for a revision, and deletes it with the revision.',
  required: ['namespace', 'spec'],
  properties: {
    namespace: { type: 'string', minLength: 1, maxLength: 63, description: 'The namespace of the Job.' },
    serviceAccountName: {
      type: 'string',
      minLength: 1,
      maxLength: 320,
      description:
        'The service account that Reeve makes the Job as: a name, in the namespace of the Job, or namespace/name. By default that of the group.',
    },
    spec: { type: 'object', description: 'The spec of the Job (batch/v1).', free: true },
  },
} as const satisfies DocumentSchema

/** `verify` of a rollout. */
export const verifySchema = {
  type: 'array',
  maxItems: 20,
  description:
    'Checks that a revision passes before it is proven. One that fails, also later in the soak, makes the revision fail.',
  items: {
    type: 'object',
    required: ['name'],
    properties: {
      name: {
        type: 'string',
        maxLength: 63,
        pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
        description: 'A name of lower-case letters, digits and hyphens.',
      },
      cel: {
        type: 'string',
        minLength: 1,
        maxLength: 2000,
        description: 'CEL over group, members and counts that holds.',
      },
      prometheus,
      http,
      job,
      after: duration(
        'A duration such as 5m: from when all members are healthy at the revision to the first look. By default 0s.',
      ),
      every: duration(
        'A duration such as 30s: the time between two looks, at least 10s. By default 1m. Not for a Job.',
      ),
      for: duration(
        'A duration such as 1h: the time from the first look to the last one. By default until the longest soak that a follower asks is over; there is always one look. Not for a Job.',
      ),
      failures: {
        type: 'integer',
        minimum: 1,
        maximum: 100,
        description: 'How many looks in a row fail before the check has. By default 1. Not for a Job.',
      },
      onNoData: {
        type: 'string',
        pattern: '^(wait|pass|fail)$',
        description:
          'wait, pass or fail: what a look counts as without an answer, or without a result in it. By default wait.',
      },
    },
    rules: [
      {
        rule: '[has(self.cel), has(self.prometheus), has(self.http), has(self.job)].exists_one(given, given)',
        message: 'give one of cel, prometheus, http and job',
      },
      {
        rule: '!has(self.job) || !(has(self.every) || has(self.for) || has(self.failures))',
        message: 'a Job runs once: every, for and failures are not for it',
      },
    ],
  },
} as const satisfies DocumentSchema
