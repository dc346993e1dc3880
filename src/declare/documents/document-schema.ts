/**
 * The one definition of a document of Reeve's own: a JSON schema as far as a CustomResourceDefinition
 * may hold one (apiextensions.k8s.io/v1, "structural schema"). Fields that it does not name are refused.
 */
export type DocumentSchema =
  | {
      readonly type: 'object'
      readonly description?: string
      readonly required?: readonly string[]
      readonly properties: Readonly<Record<string, DocumentSchema>>
    }
  | {
      readonly type: 'object'
      readonly description?: string
      readonly additionalProperties: DocumentSchema
    }
  | {
      readonly type: 'array'
      readonly description?: string
      readonly minItems?: number
      readonly maxItems?: number
      readonly items: DocumentSchema
    }
  | {
      readonly type: 'string'
      readonly description?: string
      readonly minLength?: number
      readonly maxLength?: number
      readonly pattern?: string
    }
