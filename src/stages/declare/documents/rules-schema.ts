import type { DocumentSchema } from './document-schema.ts'

const selector = {
  group: { type: 'string', description: 'API group; "" is the core group. Any if absent.' },
  kind: { type: 'string', minLength: 1, description: 'Kind, such as Deployment.' },
  namespace: { type: 'string', minLength: 1, description: 'Namespace. Any if absent.' },
  name: { type: 'string', minLength: 1, description: 'Name. Any if absent.' },
} as const satisfies Readonly<Record<string, DocumentSchema>>

const pointer = {
  type: 'string',
  pattern: '^(/.*)?$',
  maxLength: 1000,
  description: 'A JSON pointer such as /spec/replicas.',
} as const

const expression = { type: 'string', minLength: 1, maxLength: 2000 } as const

export const ignoreSchema = {
  type: 'array',
  maxItems: 1000,
  description: 'Fields of live objects that Reeve ignores after it creates them.',
  items: {
    type: 'object',
    required: ['kind'],
    properties: {
      ...selector,
      fields: {
        type: 'array',
        description:
          'JSON pointers; list elements are named by their keys: /spec/containers/[name=app]/image.',
        items: pointer,
      },
      once: {
        type: 'array',
        description: 'JSON pointers of fields that Reeve sends when Git changes them, and ignores otherwise.',
        items: pointer,
      },
      managers: {
        type: 'array',
        description: 'Field managers (metadata.managedFields) that keep the fields that they own.',
        items: { type: 'string', minLength: 1, maxLength: 128 },
      },
    },
  },
} as const satisfies DocumentSchema

export const hibernateSchema = {
  type: 'array',
  maxItems: 100,
  description: 'How objects of further kinds are put to sleep while the installation is hibernated.',
  items: {
    type: 'object',
    required: ['kind', 'set'],
    properties: {
      ...selector,
      set: {
        type: 'object',
        description:
          'What the object has instead while it sleeps, as a JSON merge patch; null removes a field.',
        free: true,
      },
    },
  },
} as const satisfies DocumentSchema

export const healthSchema = {
  type: 'array',
  maxItems: 200,
  description: 'Health of objects: CEL expressions over object.',
  items: {
    type: 'object',
    required: ['kind'],
    properties: {
      ...selector,
      suspended: { ...expression, description: 'CEL: the object was stopped on purpose.' },
      degraded: { ...expression, description: 'CEL: the object has failed.' },
      progressing: { ...expression, description: 'CEL: the object is not ready yet.' },
      healthy: { ...expression, description: 'CEL: the object is healthy.' },
      message: { ...expression, description: 'CEL: the message for an object that is not healthy.' },
      deadline: {
        type: 'string',
        pattern: '^([0-9]+(\\.[0-9]+)?(ms|s|m|h|d))+$',
        description: 'A duration such as 15m; an object that is not ready after this time is degraded.',
      },
    },
  },
} as const satisfies DocumentSchema
