/**
 * The single definition of a document of Reeve's own: the subset of JSON schema that a
 * CustomResourceDefinition may hold (apiextensions.k8s.io/v1, "structural schema"). Unknown fields are
 * refused.
 */
export type DocumentSchema =
  | {
      readonly type: 'object'
      readonly description?: string
      readonly required?: readonly string[]
      readonly properties: Readonly<Record<string, DocumentSchema>>
      /** Rules across fields, as CEL over `self`; also x-kubernetes-validations of the CRD. */
      readonly rules?: readonly DocumentRule[]
    }
  | {
      readonly type: 'object'
      readonly description?: string
      readonly additionalProperties: DocumentSchema
      readonly maxProperties?: number
    }
  /** Any mapping: x-kubernetes-preserve-unknown-fields. */
  | {
      readonly type: 'object'
      readonly description?: string
      readonly free: true
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
      readonly format?: 'date-time'
    }
  | { readonly type: 'boolean'; readonly description?: string }
  | {
      readonly type: 'number' | 'integer'
      readonly description?: string
      readonly minimum?: number
      readonly maximum?: number
    }
  /** A whole number, or a text: x-kubernetes-int-or-string. */
  | {
      readonly intOrString: true
      readonly description?: string
      /** Of a number. */
      readonly minimum?: number
      readonly maximum?: number
      /** Of a text. */
      readonly pattern?: string
    }

export interface DocumentRule {
  /** CEL over the variable `self` that holds for a valid mapping. */
  readonly rule: string
  /** The message where it does not hold. */
  readonly message: string
  /** The field that it is about; by default it is about the whole mapping. */
  readonly field?: string
}
