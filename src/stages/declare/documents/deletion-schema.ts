import type { DocumentSchema } from './document-schema.ts'
import { duration } from './duration-schema.ts'

/** `deletion` of an Installation or InstallationGroup. */
export const deletionSchema = {
  type: 'object',
  description:
    'What becomes of an installation that Git no longer declares. Each field counts as the innermost document says it, in the last commit that declares the installation.',
  properties: {
    grace: duration(
      'A duration such as 7d; for how long it sleeps before it is deleted. Declaring it again keeps it. By default 0s.',
    ),
    deleteAtMost: {
      type: 'integer',
      minimum: 1,
      maximum: 1_000_000,
      description:
        'How many installations of the same group may be put to sleep, or be deleted, at a time. By default any number.',
    },
    protected: {
      type: 'boolean',
      description: 'Whether it stays as it is: a commit that declares it without this comes first.',
    },
  },
} as const satisfies DocumentSchema
