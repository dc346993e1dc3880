import type { Cel } from '../../adapters/cel/cel.ts'
import { celValueOf } from '../../adapters/cel/cel-value.ts'
import { Evaluation } from '../../adapters/cel/evaluation.ts'
import { trustedExpression } from '../../adapters/cel/trusted/trusted-expression.ts'
import type { LiveObject } from '../../model/object.ts'
import { withoutSecretData } from './withheld.ts'

/** Why an expression has no value: without values of the object. */
export class Failure {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** The language of a rule's expressions. */
export interface Expressions<V> {
  /** Reads an object once for all expressions. */
  readonly read: (object: LiveObject) => V
  /** What an expression says of an object; anything else than its type, such as a Failure, where it fails. */
  readonly compile: (text: string) => (value: V) => unknown
}

interface Bounded {
  readonly value: unknown
  readonly uid: string
}

/** Users' expressions, which are bounded, and see nothing secret of a Secret. */
export function boundedExpressions(cel: Cel): Expressions<Bounded> {
  return {
    read: (object) => ({ value: celValueOf(withoutSecretData(object)), uid: object.metadata.uid }),
    compile: (text) => {
      const evaluation = new Evaluation(text, cel)
      return ({ value, uid }) => {
        const answer = evaluation.of(value, uid)
        return 'error' in answer ? new Failure(answer.error) : answer.value
      }
    },
  }
}

/** Reeve's own expressions, for kinds of custom resources. */
export const TRUSTED_EXPRESSIONS: Expressions<LiveObject> = {
  read: (object) => object,
  compile: trustedExpression,
}
