import type { DocumentSchema } from './document-schema.ts'

/** A date and time with its offset from UTC (RFC 3339). */
const DATE_TIME =
  '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$'

export function dateTime(description: string) {
  return {
    type: 'string',
    maxLength: 40,
    pattern: DATE_TIME,
    format: 'date-time',
    description,
  } as const satisfies DocumentSchema
}
