import { dateTime } from './date-time-schema.ts'
import { deletionSchema } from './deletion-schema.ts'
import type { DocumentSchema } from './document-schema.ts'
import { duration } from './duration-schema.ts'
import { healthSchema, hibernateSchema, ignoreSchema } from './rules-schema.ts'
import { TREE_PATH, templateSchema, templatesSchema } from './template-schema.ts'

export const valuesSchema = {
  type: 'object',
  description: 'Values for the template. Mappings are merged, everything else is replaced.',
  free: true,
} as const satisfies DocumentSchema

export const versionSchema = {
  type: 'string',
  minLength: 1,
  maxLength: 128,
  description: 'The version to run; templates read it as installation.version.',
} as const satisfies DocumentSchema

/** Settings that an Installation may set itself or inherit from its groups. */
export const inheritedProperties = {
  template: templateSchema,
  templates: templatesSchema,
  version: versionSchema,
  values: valuesSchema,
  valuesFiles: {
    type: 'array',
    maxItems: 100,
    description:
      'Files of values, later ones win; `values` of the same document wins over all of them. Their paths count from the root of the repository and may refer to the installation.',
    items: {
      type: 'string',
      minLength: 1,
      maxLength: 1000,
      pattern: TREE_PATH,
      description: 'A path from the root of the repository.',
    },
  },
  group: {
    type: 'string',
    maxLength: 253,
    description:
      'The InstallationGroup that this belongs to; "" for none, regardless of what groups declare.',
  },
  namespace: {
    type: 'string',
    minLength: 1,
    maxLength: 253,
    description: 'Default namespace of namespaced objects.',
  },
  releaseName: {
    type: 'string',
    minLength: 1,
    maxLength: 253,
    description:
      'Name of the Helm release, of which most charts make the names of their objects; by default installation.name. At most 53 characters once its references are resolved.',
  },
  serviceAccountName: {
    type: 'string',
    minLength: 1,
    maxLength: 320,
    description:
      'The service account that Reeve acts as for the installation: a name, in the namespace that the same document or the installation sets, or namespace/name. That of a group holds for all its members.',
  },
  createNamespace: { type: 'boolean', description: 'Whether Reeve creates the namespace.' },
  dependsOn: {
    type: 'array',
    maxItems: 100,
    description: 'Names of installations that must be healthy before this one follows a commit.',
    items: { type: 'string', minLength: 1, maxLength: 1000 },
  },
  atomic: {
    type: 'boolean',
    description:
      'Whether Reeve sends all of a change to the API server as a dry run before it makes any of it: a refusal keeps the installation where it is.',
  },
  hibernated: {
    type: 'boolean',
    description:
      'Whether the workloads sleep: none of them runs, and all data is kept. Holds at once, whatever a rollout is at; waking follows the budget of the group.',
  },
  deletion: deletionSchema,
  restartedAt: dateTime(
    'A date and time with its offset, such as 2026-12-01T06:00:00Z. Another one restarts the workloads, within the budget of the group; the latest of the installation and its groups counts.',
  ),
  strategy: {
    type: 'string',
    maxLength: 32,
    pattern: '^(blueGreen|rolling)$',
    description:
      'How the workloads move to another revision. blueGreen: a second copy beside the first, to which the Services are switched once it is healthy; the template has to allow it. By default rolling: each object changes in place.',
  },
  keepOldFor: duration(
    'A duration such as 10m; for how long the old copy stays after the switch, for strategy blueGreen. By default 10m.',
  ),
  ignore: ignoreSchema,
  health: healthSchema,
  hibernate: hibernateSchema,
} as const satisfies Readonly<Record<string, DocumentSchema>>
