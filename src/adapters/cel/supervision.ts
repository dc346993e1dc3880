import type { ASTNode } from '@marcbachmann/cel-js'
import type { Pattern } from '../../model/pattern.ts'
import { Meter, TooMuchWork } from './meter.ts'
import { patternOf } from './pattern-of.ts'
import { type Role, visitNodes } from './roles.ts'

/** Compiling a pattern, for each of its instructions. */
const COMPILE_UNITS = 3
/** Number of instructions tried at a character in the time of one unit. */
const INSTRUCTIONS_PER_UNIT = 64
/** Maximum number of compiled patterns in the cache: a text of an object may be a pattern. */
const PATTERNS_KEPT = 100
/** A date in another time zone is formatted and parsed again. */
const TIME_ZONE_UNITS = 1_000
/** An error is created with its place in the expression and a stack, mostly unused. */
const ERROR_UNITS = 100

/** A node as the library evaluates it. */
type Node = ASTNode & { evaluate(evaluator: Evaluator, node: Node, context: unknown): unknown }

/** The evaluator of nodes, as the library passes it to macros. */
export interface Evaluator {
  run(node: ASTNode, context: unknown): unknown
  tryEval?(node: ASTNode, context: unknown): unknown
}

/** Charges the work of an evaluator, node by node. */
export class Supervision {
  readonly #meter = new Meter()
  readonly #roles = new WeakMap<ASTNode, Role>()
  readonly #patterns = new Map<string, Pattern>()

  /** Registers an expression before its evaluation. */
  add(expression: ASTNode): void {
    visitNodes(expression, (node, role) => {
      if (role !== undefined) this.#roles.set(node, role)
    })
  }

  /** Starts an evaluation. */
  start(): void {
    this.#meter.start()
  }

  /** Charges every node from now on: the library evaluates them all by `run`, or by `tryEval`. */
  watch(evaluator: Evaluator): void {
    if (Object.hasOwn(evaluator, 'run')) return
    evaluator.run = (node, context) => this.#run(node as Node, context, evaluator)
    evaluator.tryEval = (node, context) => {
      try {
        return evaluator.run(node, context)
      } catch (error) {
        if (error instanceof TooMuchWork) throw error
        this.#meter.charge(ERROR_UNITS)
        return error
      }
    }
  }

  #run(node: Node, context: unknown, evaluator: Evaluator): unknown {
    this.#meter.charge(unitsOf(node))
    const operands = matchOperands(node)
    const value = operands
      ? this.#match(operands.map((operand) => evaluator.run(operand, context)))
      : node.evaluate(evaluator, node, context)
    this.#pay(this.#roles.get(node), value)
    return value
  }

  #pay(role: Role | undefined, value: unknown): void {
    if (role === 'argument') this.#meter.weighArgument(value)
    else if (role === 'weighed') this.#meter.weigh(value)
  }

  #match([text, pattern]: readonly unknown[]): boolean {
    if (typeof text !== 'string' || typeof pattern !== 'string')
      throw new TypeError('matches() requires strings')
    const { matches, size } = this.#compiled(pattern)
    this.#meter.charge((size * text.length) / INSTRUCTIONS_PER_UNIT)
    return matches(text)
  }

  #compiled(text: string): Pattern {
    const known = this.#patterns.get(text)
    if (known !== undefined) return known
    const pattern = patternOf(text)
    this.#meter.charge(pattern.size * COMPILE_UNITS)
    if (this.#patterns.size >= PATTERNS_KEPT) this.#patterns.clear()
    this.#patterns.set(text, pattern)
    return pattern
  }
}

function unitsOf({ op, args }: ASTNode): number {
  if (op === '.?' || op === '[?]') return ERROR_UNITS
  const isInTimeZone = op === 'rcall' && args[0].startsWith('get') && args[2].length === 1
  return isInTimeZone ? TIME_ZONE_UNITS : 1
}

/** The text and the pattern of `text.matches(pattern)`. */
export function matchOperands({ op, args }: ASTNode): readonly [ASTNode, ASTNode] | undefined {
  if (op !== 'rcall' || args[0] !== 'matches') return undefined
  const [, text, [pattern]] = args
  return pattern && [text, pattern]
}
