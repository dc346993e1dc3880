import type { JsonObject, JsonValue } from '../../../model/json.ts'
import { OWN_GROUP } from '../../../model/labels.ts'
import type { DocumentSchema } from './document-schema.ts'
import { groupSpecSchema } from './group-schema.ts'
import { installationSpecSchema } from './installation-schema.ts'
import { operationSpecSchema } from './operation-schema.ts'
import { groupStatusSchema, installationStatusSchema } from './status-schemas.ts'

interface Column extends JsonObject {
  readonly name: string
  readonly type: 'string' | 'integer' | 'date'
  readonly jsonPath: string
}

interface OwnResource {
  readonly kind: string
  readonly plural: string
  readonly shortNames: readonly string[]
  readonly description: string
  readonly spec: DocumentSchema
  readonly status: JsonObject
  readonly columns: readonly Column[]
}

const AGE: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }

const RESOURCES: readonly OwnResource[] = [
  {
    kind: 'Installation',
    plural: 'installations',
    shortNames: ['inst'],
    description: 'One installation of an application. It is declared in Git; Reeve writes its status.',
    spec: installationSpecSchema,
    status: installationStatusSchema,
    columns: [
      { name: 'State', type: 'string', jsonPath: '.status.state' },
      { name: 'Version', type: 'string', jsonPath: '.status.version' },
      { name: 'Healthy', type: 'string', jsonPath: '.status.health' },
      { name: 'Commit', type: 'string', jsonPath: '.status.abbreviatedCommit' },
      AGE,
      { name: 'Group', type: 'string', jsonPath: '.status.group', priority: 1 },
      { name: 'Message', type: 'string', jsonPath: '.status.message', priority: 1 },
    ],
  },
  {
    kind: 'InstallationGroup',
    plural: 'installationgroups',
    shortNames: ['instgroup'],
    description:
      'Settings shared by a group of installations. It is declared in Git; Reeve writes its status.',
    spec: groupSpecSchema,
    status: groupStatusSchema,
    columns: [
      { name: 'Members', type: 'integer', jsonPath: '.status.members' },
      { name: 'Healthy', type: 'integer', jsonPath: '.status.healthy' },
      { name: 'Version', type: 'string', jsonPath: '.spec.version' },
      { name: 'Rollout', type: 'string', jsonPath: '.status.rollout.state' },
      { name: 'Moved', type: 'string', jsonPath: '.status.rollout.moved' },
      AGE,
      { name: 'Hibernated', type: 'integer', jsonPath: '.status.hibernated', priority: 1 },
      { name: 'Waits', type: 'string', jsonPath: '.status.rollout.waits', priority: 1 },
    ],
  },
  {
    kind: 'Operation',
    plural: 'operations',
    shortNames: ['op'],
    description:
      'A Job that Reeve runs for an installation. It is declared in Git; what came of it is in the record of the installation.',
    spec: operationSpecSchema,
    status: { type: 'object' },
    columns: [
      { name: 'Schedule', type: 'string', jsonPath: '.spec.schedule' },
      { name: 'Before', type: 'string', jsonPath: '.spec.before' },
      { name: 'Suspended', type: 'string', jsonPath: '.spec.suspended' },
      AGE,
    ],
  },
]

/** The CustomResourceDefinitions (apiextensions.k8s.io/v1) of Reeve's own documents. */
export function customResourceDefinitions(): readonly JsonObject[] {
  return RESOURCES.map((resource) => {
    const { kind, plural, shortNames, columns } = resource
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${OWN_GROUP}` },
      spec: {
        group: OWN_GROUP,
        scope: 'Namespaced',
        names: {
          kind,
          listKind: `${kind}List`,
          plural,
          singular: kind.toLowerCase(),
          shortNames,
          categories: ['reeve'],
        },
        versions: [
          {
            name: 'v1alpha1',
            served: true,
            storage: true,
            subresources: { status: {} },
            additionalPrinterColumns: columns,
            schema: { openAPIV3Schema: objectSchema(resource) },
          },
        ],
      },
    }
  })
}

function objectSchema({ description, spec, status }: OwnResource): JsonObject {
  return {
    type: 'object',
    description,
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: structural(spec),
      status,
    },
  }
}

/** Converts a schema to the form of a CustomResourceDefinition. */
function structural(schema: DocumentSchema): JsonObject {
  if ('free' in schema) {
    const { free: _, ...rest } = schema
    return { ...rest, 'x-kubernetes-preserve-unknown-fields': true }
  }
  if ('intOrString' in schema) {
    const { intOrString: _, ...rest } = schema
    return { ...rest, 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] }
  }
  if ('properties' in schema) {
    const { properties, rules, ...rest } = schema
    const fields = Object.entries(properties).map(([name, field]): [string, JsonValue] => [
      name,
      structural(field),
    ])
    const validations = rules && {
      'x-kubernetes-validations': rules.map(({ rule, message, field }) => ({
        rule,
        message,
        ...(field !== undefined && { fieldPath: `.${field}` }),
      })),
    }
    return { ...rest, properties: Object.fromEntries(fields), ...validations }
  }
  if ('additionalProperties' in schema)
    return { ...schema, additionalProperties: structural(schema.additionalProperties) }
  return schema.type === 'array' ? { ...schema, items: structural(schema.items) } : { ...schema }
}
