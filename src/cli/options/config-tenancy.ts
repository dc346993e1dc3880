import { isJsonArray, type JsonObject, type JsonValue, objectIn } from '../../model/json.ts'
import type { AccountRule, Allowed, Tenancy } from '../../model/tenancy.ts'
import type { DocumentSchema } from '../../stages/declare/documents/document-schema.ts'
import { mappingsIn, stringsIn } from '../../stages/declare/documents/read-rules.ts'

const ACCOUNT = '^([-a-z0-9*]+/)?[-a-z0-9.*]+$'

const account = {
  defaultServiceAccount: {
    type: 'string',
    minLength: 1,
    maxLength: 320,
    pattern: ACCOUNT.replaceAll('*', ''),
    description: 'A service account: NAME, in the namespace of the installation, or NAMESPACE/NAME.',
  },
  allowedServiceAccounts: {
    type: 'array',
    maxItems: 1000,
    description: 'Service accounts that installations may name; * stands for any characters.',
    items: {
      type: 'string',
      minLength: 1,
      maxLength: 320,
      pattern: ACCOUNT,
      description: 'A service account: NAME, in the namespace of the installation, or NAMESPACE/NAME.',
    },
  },
} as const satisfies Readonly<Record<string, DocumentSchema>>

const patterns = {
  type: 'array',
  maxItems: 1000,
  items: {
    type: 'string',
    minLength: 1,
    maxLength: 253,
    pattern: '^[-A-Za-z0-9.*]+$',
    description: 'A name; * stands for any characters.',
  },
} as const

/** Keys of the configuration file about who may do what. */
export const tenancyProperties = {
  ...account,
  perNamespace: {
    type: 'array',
    maxItems: 1000,
    description: 'Service accounts by the namespace of the installation; the first match counts.',
    items: {
      type: 'object',
      required: ['namespace'],
      properties: {
        namespace: {
          type: 'string',
          minLength: 1,
          maxLength: 253,
          pattern: '^[-a-z0-9*]+$',
          description: 'A namespace; * stands for any characters.',
        },
        ...account,
      },
    },
  },
  allow: {
    type: 'object',
    description: 'Objects that installations may declare.',
    properties: {
      namespaces: { ...patterns, description: 'Namespaces.' },
      kinds: { ...patterns, description: 'Kinds, such as ConfigMap, Deployment.apps or *.example.com.' },
      protected: {
        ...patterns,
        description: 'Protected namespaces, or reeve for its own objects, that are allowed all the same.',
      },
      identities: {
        type: 'boolean',
        description: 'Allow objects by which the credentials of an identity can be read.',
      },
    },
  },
} as const satisfies Readonly<Record<string, DocumentSchema>>

/** Reads keys that are valid by `tenancyProperties`. */
export function readTenancy(given: JsonObject): Tenancy {
  const { perNamespace, allow } = given
  return {
    accounts: {
      ...accountRule(given),
      perNamespace: mappingsIn(perNamespace).map((rule) => ({
        ...accountRule(rule),
        namespace: String(rule.namespace),
      })),
    },
    allow: allowedIn(objectIn(allow)),
  }
}

function accountRule({ defaultServiceAccount, allowedServiceAccounts }: JsonObject): AccountRule {
  const allowed = listIn(allowedServiceAccounts)
  return {
    ...(typeof defaultServiceAccount === 'string' && { fallback: defaultServiceAccount }),
    ...(allowed && { allowed }),
  }
}

function allowedIn(allow: JsonObject): Allowed {
  const [namespaces, kinds] = [listIn(allow.namespaces), listIn(allow.kinds)]
  return {
    ...(namespaces && { namespaces }),
    ...(kinds && { kinds }),
    protected: listIn(allow.protected) ?? [],
    identities: allow.identities === true,
  }
}

function listIn(value: JsonValue | undefined): readonly string[] | undefined {
  return isJsonArray(value) ? stringsIn(value) : undefined
}
