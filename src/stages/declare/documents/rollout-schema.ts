import type { DocumentSchema } from './document-schema.ts'

const DURATION = '^(\\d+(\\.\\d+)?(ms|s|m|h|d))+$'

const amount = {
  intOrString: true,
  minimum: 0,
  pattern: '^\\d{1,3}%$',
} as const

function duration(description: string) {
  return { type: 'string', maxLength: 32, pattern: DURATION, description } as const
}

/** `rollout` of an InstallationGroup. */
export const rolloutSchema = {
  type: 'object',
  description:
    'How the members move to what they inherit. Of nested groups, the innermost that says it counts for its members; the budgets, windows, pauses and freezes of those around it hold, too.',
  properties: {
    maxUnavailable: {
      ...amount,
      description:
        'A number or a percentage: how many members moves may keep from being available. By default 10%; at least one.',
    },
    tolerate: {
      ...amount,
      description:
        'A number or a percentage: how many members that were not available before their move do not count. By default 10%.',
    },
    order: {
      type: 'string',
      minLength: 1,
      maxLength: 317,
      description:
        'A label of installations: members with lower values of it move first. By default they move by name.',
    },
    pauseBetween: duration('A duration such as 30s: the time between the starts of two moves.'),
    paused: { type: 'boolean', description: 'Whether no move begins.' },
    after: {
      type: 'array',
      maxItems: 20,
      description: 'Groups that take a revision before this one does.',
      items: {
        type: 'object',
        required: ['group'],
        properties: {
          group: { type: 'string', minLength: 1, maxLength: 253, description: 'The name of a group.' },
          soak: duration('A duration such as 24h: for how long all its members are healthy at the revision.'),
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
            minLength: 1,
            maxLength: 100,
            description: 'When it begins, as a cron expression.',
          },
          duration: duration('A duration such as 4h: how long it lasts.'),
          timeZone: {
            type: 'string',
            minLength: 1,
            maxLength: 64,
            description: 'The IANA name of the time zone, such as Europe/Berlin; by default UTC.',
          },
        },
      },
    },
    freeze: {
      type: 'object',
      description: 'A time in which no move begins.',
      required: ['until', 'reason'],
      properties: {
        until: { type: 'string', maxLength: 40, description: 'Its end, such as 2026-12-27T06:00:00Z.' },
        reason: { type: 'string', minLength: 1, maxLength: 300, description: 'Why; it is shown.' },
      },
    },
    minReady: duration('A duration such as 30s: for how long a member is healthy before it has moved.'),
    timeout: duration(
      'A duration such as 10m: the most that a move may take; it has failed then. By default 10m.',
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
        'A number or a percentage: how many members may fail before the revision has. By default 0.',
    },
    approve: {
      type: 'string',
      pattern: '^(manual|automatic)$',
      description:
        'manual or automatic; by default automatic. A manual one waits for Reeve-Approve of a commit.',
    },
    skip: {
      type: 'array',
      maxItems: 1_000,
      description: 'Names of members that stay at what they are.',
      items: { type: 'string', minLength: 1, maxLength: 1000 },
    },
  },
} as const satisfies DocumentSchema
