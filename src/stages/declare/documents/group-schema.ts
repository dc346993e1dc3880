import type { DocumentSchema } from './document-schema.ts'
import { inheritedProperties, valuesSchema, versionSchema } from './inherited-schema.ts'
import { rolloutSchema } from './rollout-schema.ts'
import { templateOrTemplates } from './template-schema.ts'

/** `spec` of an InstallationGroup (reeve.dev/v1alpha1). */
export const groupSpecSchema = {
  type: 'object',
  description: 'Settings that the members inherit.',
  properties: {
    ...inheritedProperties,
    members: {
      type: 'array',
      maxItems: 10_000,
      description: 'Names of member installations; other members name the group or match the selector.',
      items: { type: 'string', minLength: 1, maxLength: 1000 },
    },
    selector: {
      type: 'object',
      description: 'Installations with all of these labels are members.',
      required: ['matchLabels'],
      properties: {
        matchLabels: {
          type: 'object',
          description: 'Labels and their values.',
          maxProperties: 100,
          additionalProperties: { type: 'string', maxLength: 63 },
        },
      },
    },
    requireReviewedPlan: {
      type: 'boolean',
      description:
        'Whether members move only as a merged change was reviewed. The nearest group that says it counts; a member cannot turn it off.',
    },
    rollout: rolloutSchema,
    enforced: {
      type: 'object',
      description: 'Settings that override those of members and inner groups.',
      properties: { version: versionSchema, values: valuesSchema },
    },
  },
  rules: templateOrTemplates,
} as const satisfies DocumentSchema
