import { COMMIT_ID } from '../../../model/revision.ts'
import type { DocumentSchema } from './document-schema.ts'
import { inheritedProperties } from './inherited-schema.ts'
import { templateOrTemplates } from './template-schema.ts'

/** `spec` of an Installation (reeve.dev/v1alpha1). */
export const installationSpecSchema = {
  type: 'object',
  description: 'The specification of the installation. All of it may also come from its groups.',
  properties: {
    ...inheritedProperties,
    revision: {
      type: 'string',
      pattern: COMMIT_ID.source,
      description:
        'The full id of a commit, of 40 or 64 lower-case hexadecimal digits; the installation inherits what its groups and its template were there, and follows no rollout.',
    },
    suspended: {
      type: 'boolean',
      description:
        'Leave the installation as it is: Reeve applies, reverts and deletes nothing. Set in the cluster, it holds until Git changes it.',
    },
  },
  rules: templateOrTemplates,
} as const satisfies DocumentSchema
