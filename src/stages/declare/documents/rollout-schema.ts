import { dateTime } from './date-time-schema.ts'
import type { DocumentSchema } from './document-schema.ts'
import { duration, positiveDuration } from './duration-schema.ts'
import { verifySchema } from './verify-schema.ts'

/** A label's key (apimachinery, IsQualifiedName). */
const LABEL =
  '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'

/** Maximum number of members that is worth saying. */
const MOST_MEMBERS = 1_000_000

const amount = {
  intOrString: true,
  minimum: 0,
  maximum: MOST_MEMBERS,
  pattern: '^(100|\\d{1,2})%$',
} as const

/** `rollout` of an InstallationGroup. */
export const rolloutSchema = {
  type: 'object',
  description:
    'How the members move to what they inherit. Of nested groups, the innermost that says it counts for its members; the budgets, windows, pauses and freezes of those around it hold, too.',
  properties: {
    maxUnavailable: {
      ...amount,
      minimum: 1,
      pattern: '^(100|[1-9]\\d?)%$',
      description:
        'A number of at least 1, or a percentage from 1% to 100%; how many members moves may keep from being available. By default 10%; a percentage is at least one member.',
    },
    tolerate: {
      ...amount,
      description:
        'A number, or a percentage up to 100%; how many members that were not available before their move do not count. By default 10%.',
    },
    order: {
      type: 'string',
      minLength: 1,
      maxLength: 317,
      pattern: LABEL,
      description:
        'The name of a label; members with lower values of it move first. By default they move by name.',
    },
    wake: {
      type: 'string',
      minLength: 1,
      maxLength: 317,
      pattern: LABEL,
      description:
        'The name of a label; hibernated members with lower values of it wake first. By default they wake in the order of moves.',
    },
    pauseBetween: duration('A duration such as 30s; the time between the starts of two moves.'),
    paused: { type: 'boolean', description: 'Whether no move begins.' },
    after: {
      type: 'array',
      maxItems: 20,
      description: 'Groups that take a revision before this one does. Each has a rollout of its own.',
      items: {
        type: 'object',
        required: ['group'],
        properties: {
          group: { type: 'string', minLength: 1, maxLength: 253, description: 'The name of a group.' },
          soak: duration(
            'A duration such as 24h; for how long all its members are healthy at the revision. By default 0s.',
          ),
        },
      },
    },
    windows: {
      type: 'array',
      maxItems: 20,
      description:
        'When moves may begin: in some window that allows, where there is one, and in none that denies. Moves that began are finished.',
      items: {
        type: 'object',
        required: ['schedule', 'duration'],
        properties: {
          kind: {
            type: 'string',
            pattern: '^(allow|deny)$',
            description: 'allow or deny; by default allow.',
          },
          schedule: {
            type: 'string',
            maxLength: 100,
            pattern: '^\\S+( +\\S+){4}$',
            description: 'A cron expression of five fields; when it begins.',
          },
          duration: positiveDuration('A duration such as 4h; how long it lasts.'),
          timeZone: {
            type: 'string',
            maxLength: 64,
            pattern: '^[A-Za-z][A-Za-z0-9_+/-]*$',
            description: 'The IANA name of a time zone such as Europe/Berlin; by default UTC.',
          },
        },
      },
    },
    freeze: {
      type: 'object',
      description: 'A time in which no move begins.',
      required: ['until', 'reason'],
      properties: {
        until: dateTime('A date and time with its offset, such as 2026-12-27T06:00:00Z; its end.'),
        reason: { type: 'string', minLength: 1, maxLength: 300, description: 'Why; it is shown.' },
      },
    },
    minReady: duration(
      'A duration such as 30s; for how long a member is healthy before it has moved. By default 0s.',
    ),
    timeout: positiveDuration(
      'A duration such as 10m; the most that a move may take, which has failed then. By default 10m.',
    ),
    onFailure: {
      type: 'string',
      pattern: '^(halt|rollback|continue)$',
      description: 'halt, rollback or continue; by default halt.',
    },
    rollback: {
      type: 'object',
      description: 'What onFailure: rollback does.',
      properties: {
        all: {
          type: 'boolean',
          description:
            'Whether all members that were moved go back, and not only those that are not healthy.',
        },
      },
    },
    failureBudget: {
      ...amount,
      description:
        'A number, or a percentage up to 100%; how many members may fail before the revision has. By default 0.',
    },
    approve: {
      type: 'string',
      pattern: '^(manual|automatic)$',
      description:
        'manual or automatic; by default automatic. A manual one waits for Reeve-Approve of a commit.',
    },
    verify: verifySchema,
    skip: {
      type: 'array',
      maxItems: 1_000,
      description: 'Names of members that stay at what they are.',
      items: { type: 'string', minLength: 1, maxLength: 1000 },
    },
  },
  rules: [
    {
      rule: '!has(self.after) || self.after.all(one, self.after.exists_one(other, other.group == one.group))',
      message: 'a group is named twice',
      field: 'after',
    },
  ],
} as const satisfies DocumentSchema
