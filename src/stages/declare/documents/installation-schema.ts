import type { DocumentSchema } from './document-schema.ts'
import { inheritedProperties } from './inherited-schema.ts'
import { templateOrTemplates } from './template-schema.ts'

/** `spec` of an Installation (reeve.dev/v1alpha1). */
export const installationSpecSchema = {
  type: 'object',
  description: 'The specification of the installation. All of it may also come from its groups.',
  properties: {
    ...inheritedProperties,
    suspended: {
      type: 'boolean',
      description:
        'Leave the installation as it is: Reeve applies, reverts and deletes nothing. Set in the cluster, it holds until Git changes it.',
    },
  },
  rules: templateOrTemplates,
} as const satisfies DocumentSchema
