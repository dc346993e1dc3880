import {
  type ASTNode,
  TypeError as CelTypeError,
  Environment,
  ParseError,
  type ParseResult,
} from '@marcbachmann/cel-js'
import { errorMessage } from '../../model/error-message.ts'
import { patternOf } from './pattern-of.ts'
import { visitNodes } from './roles.ts'
import { type Evaluator, matchOperands, Supervision } from './supervision.ts'

/** The required type of an expression. */
export type ResultType = 'bool' | 'string'

/** Takes one value of celValueOf per variable. @throws Error such as for a missing field */
export type Expression = (...values: readonly unknown[]) => unknown

const LONGEST = 5_000
const LIMITS = {
  maxAstNodes: 1_000,
  maxDepth: 50,
  maxListElements: 200,
  maxMapEntries: 200,
  maxCallArguments: 8,
}
/** The macro around every expression, to which the library passes its evaluator. */
const SUPERVISED = 'reeve_supervised'

interface Checker {
  check(node: ASTNode, context: unknown): unknown
}

interface Call {
  readonly args: readonly [ASTNode]
}

/**
 * The Common Expression Language (https://cel.dev) over one or more variables, with optional types.
 * Expressions come from Git, so evaluations are bounded: see Meter.
 */
export class Cel {
  readonly #supervision = new Supervision()
  readonly #environment: Environment

  readonly #variables: readonly string[]

  /** @param variables names of the values in expressions; by default `object` */
  constructor(...variables: readonly string[]) {
    this.#variables = variables.length === 0 ? ['object'] : variables
    const environment = new Environment({
      limits: LIMITS,
      enableOptionalTypes: true,
      homogeneousAggregateLiterals: false,
    })
    for (const variable of this.#variables) environment.registerVariable(variable, 'dyn')
    environment.registerFunction(`${SUPERVISED}(ast): dyn`, ({ args }: Call) => this.#supervised(args[0]))
    this.#environment = environment
  }

  /** The problem of an expression, in one line; undefined for a valid one. */
  problemOf(text: string, type: ResultType): string | undefined {
    try {
      const { error, type: found } = this.#parse(text).check()
      if (error !== undefined) throw error
      return found === 'dyn' || found === type ? undefined : `is of type ${found}, not ${type}`
    } catch (error) {
      return problemIn(error, text)
    }
  }

  /** @throws Error for an expression that does not parse */
  compile(text: string): Expression {
    this.#parse(text)
    const evaluate = this.#environment.parse(`${SUPERVISED}(${text}\n)`)
    this.#supervision.add(evaluate.ast)
    return (...values) => {
      this.#supervision.start()
      return evaluate(Object.fromEntries(this.#variables.map((name, index) => [name, values[index]])))
    }
  }

  #parse(text: string): ParseResult {
    if (text.length > LONGEST) throw new RangeError(`longer than ${LONGEST} characters`)
    const parsed = this.#environment.parse(text)
    visitNodes(parsed.ast, checkNode)
    return parsed
  }

  #supervised(inner: ASTNode) {
    return {
      typeCheck: (checker: Checker, _call: unknown, context: unknown) => checker.check(inner, context),
      evaluate: (evaluator: Evaluator, _call: unknown, context: unknown) => {
        this.#supervision.watch(evaluator)
        return evaluator.run(inner, context)
      },
    }
  }
}

/**
 * The type of a map includes those of its keys and values, so with keys of any type it could double with
 * every step, and the library would never finish.
 *
 * @throws Error
 */
function checkNode(node: ASTNode): void {
  if (node.op === 'map' && node.args.some(([key]) => key.op !== 'value'))
    throw new RangeError('a map key must be a literal')
  const pattern = matchOperands(node)?.[1]
  if (pattern?.op === 'value' && typeof pattern.args === 'string') patternOf(pattern.args)
}

function problemIn(error: unknown, text: string): string {
  if (error instanceof ParseError || error instanceof CelTypeError)
    return oneLine(`${error.summary}${placeIn(text, error.range?.start)}`)
  return oneLine(errorMessage(error))
}

function placeIn(text: string, position: number | undefined): string {
  if (position === undefined) return ''
  const lines = text.slice(0, position).split('\n')
  const column = `column ${(lines.at(-1)?.length ?? 0) + 1}`
  return text.includes('\n') ? ` at line ${lines.length}, ${column}` : ` at ${column}`
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
