import { GATED } from '../../../model/operation.ts'
import type { DocumentSchema } from './document-schema.ts'

/** `spec` of an Operation (reeve.dev/v1alpha1). */
export const operationSpecSchema = {
  type: 'object',
  description: 'A Job that runs once, at times, or before something happens to its installation.',
  required: ['job'],
  properties: {
    schedule: {
      type: 'string',
      minLength: 1,
      maxLength: 100,
      description:
        'When it runs, as a cron expression of five fields; without it, once for each version of its text.',
    },
    timeZone: {
      type: 'string',
      minLength: 1,
      maxLength: 64,
      description: 'Time zone of the schedule, such as Europe/Berlin; UTC by default.',
    },
    before: {
      type: 'array',
      minItems: 1,
      maxItems: GATED.length,
      description: 'What of its installation waits until it has ended well: move, delete, hibernate.',
      items: { type: 'string', pattern: `^(${GATED.join('|')})$` },
    },
    from: {
      type: 'string',
      minLength: 1,
      maxLength: 1000,
      description: 'The installation whose results references to operations mean; its own by default.',
    },
    suspended: { type: 'boolean', description: 'It does not run.' },
    concurrency: {
      type: 'integer',
      minimum: 1,
      maximum: 1000,
      description:
        'Maximum number of its Jobs at once, over all installations that have one of its name; 10 by default.',
    },
    job: {
      type: 'object',
      free: true,
      description:
        'The specification of a Job (batch/v1). References to the results of operations are resolved when it runs.',
    },
  },
  rules: [
    {
      rule: '!has(self.schedule) || !has(self.before)',
      message: 'has either a schedule or something that it comes before',
      field: 'schedule',
    },
  ],
} as const satisfies DocumentSchema
