import { type ASTNode, Environment } from '@marcbachmann/cel-js'
import { isJsonObject } from '../../../model/json.ts'
import { FUNCTIONS } from './functions.ts'
import { macroOf } from './macros.ts'
import type { Run, Scope } from './run.ts'
import { compare, FAILED, isEqual, itemsOf, NONE, Optional, partOf } from './value.ts'

/** The result of an expression for an object; FAILED where it fails. */
export type TrustedExpression = (object: unknown) => unknown

/**
 * Compiles an expression of the Common Expression Language over `object`, as JSON. It is for Reeve's own
 * expressions alone, of which thousands are evaluated: nothing is converted, nothing is bounded, and what fails
 * is a value. It knows as much of the language as those need.
 *
 * @throws Error for an expression that does not parse, or uses what it does not know
 */
export function trustedExpression(text: string): TrustedExpression {
  const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false })
  environment.registerVariable('object', 'dyn')
  const run = compile(environment.parse(text).ast, new Map([['object', 0]]))
  return (object) => run([object])
}

function compile(node: ASTNode, scope: Scope): Run {
  switch (node.op) {
    case 'value':
      return constant(typeof node.args === 'bigint' ? Number(node.args) : node.args)
    case 'id':
      return variable(node.args, scope)
    case '.':
      return fieldOfVariable(node, scope) ?? selection(compile(node.args[0], scope), constant(node.args[1]))
    case '.?':
      return optional(compile(node.args[0], scope), constant(node.args[1]))
    case '[?]':
      return optional(compile(node.args[0], scope), compile(node.args[1], scope))
    case '[]':
      return selection(compile(node.args[0], scope), compile(node.args[1], scope))
    case 'list':
      return list(node.args, scope)
    case 'map':
      return mapping(node.args.map(([key, value]) => [compile(key, scope), compile(value, scope)]))
    case '&&':
      return logic(compile(node.args[0], scope), compile(node.args[1], scope), false)
    case '||':
      return logic(compile(node.args[0], scope), compile(node.args[1], scope), true)
    case '!_':
      return strictly([compile(node.args, scope)], ([value]) =>
        typeof value === 'boolean' ? !value : FAILED,
      )
    case '-_':
      return strictly([compile(node.args, scope)], ([value]) => (typeof value === 'number' ? -value : FAILED))
    case '?:':
      return choice(compile(node.args[0], scope), compile(node.args[1], scope), compile(node.args[2], scope))
    case 'call':
      return call(node.args[0], node.args[1], scope)
    case 'rcall':
      return macroOf(node.args, scope, compile) ?? call(node.args[0], [node.args[1], ...node.args[2]], scope)
    default:
      return operation(node, scope)
  }
}

function constant(value: unknown): Run {
  return () => value
}

function variable(name: string, scope: Scope): Run {
  const index = scope.get(name)
  if (index === undefined) throw new Error(`unknown variable ${name}`)
  return (variables) => variables[index]
}

/** `object.status.conditions`, by far the most frequent part of an expression; undefined for any other one. */
function fieldOfVariable(node: ASTNode, scope: Scope): Run | undefined {
  const names: string[] = []
  let of = node
  for (; of.op === '.'; of = of.args[0]) names.unshift(of.args[1])
  if (of.op !== 'id' || names.some((name) => name in Object.prototype)) return undefined
  const index = scope.get(of.args) ?? -1
  const start = variable(of.args, scope)
  const slowly = names.reduce((value, name) => selection(value, constant(name)), start)
  return (variables) => {
    let value = variables[index]
    if (value instanceof Optional) return slowly(variables)
    for (const name of names) {
      if (!isJsonObject(value)) return FAILED
      value = value[name]
    }
    return value === undefined ? FAILED : value
  }
}

function selection(of: Run, by: Run): Run {
  return (variables) => {
    const value = of(variables)
    if (value instanceof Optional) return optionalPart(value.value, by(variables))
    const part = value === FAILED ? undefined : partOf(value, by(variables))
    return part === undefined ? FAILED : part
  }
}

function optional(of: Run, by: Run): Run {
  return (variables) => {
    const value = of(variables)
    if (value === FAILED) return FAILED
    return optionalPart(value instanceof Optional ? value.value : value, by(variables))
  }
}

function optionalPart(value: unknown, key: unknown): Optional {
  const part = partOf(value, key)
  return part === undefined ? NONE : new Optional(part)
}

function list(items: readonly ASTNode[], scope: Scope): Run {
  const values = items.map((item) => compile(item, scope))
  return items.every(isLiteral) ? constant(values.map((value) => value([]))) : strictly(values, (all) => all)
}

function isLiteral({ op }: ASTNode): boolean {
  return op === 'value'
}

function mapping(entries: readonly (readonly [Run, Run])[]): Run {
  return (variables) => {
    const made = entries.map(([key, value]) => [key(variables), value(variables)] as const)
    return made.flat().includes(FAILED) ? FAILED : Object.fromEntries(made)
  }
}

/** And, or: the deciding value wins over a failure on either side. */
function logic(left: Run, right: Run, deciding: boolean): Run {
  return (variables) => {
    const one = left(variables)
    if (one === deciding) return deciding
    const other = right(variables)
    if (other === deciding) return deciding
    return one === !deciding && other === !deciding ? !deciding : FAILED
  }
}

function choice(condition: Run, then: Run, otherwise: Run): Run {
  return (variables) => {
    const holds = condition(variables)
    if (typeof holds !== 'boolean') return FAILED
    return holds ? then(variables) : otherwise(variables)
  }
}

function call(name: string, args: readonly ASTNode[], scope: Scope): Run {
  if (name === 'has') return presence(args, scope)
  const runs = args.map((arg) => compile(arg, scope))
  if (name === 'orValue') return orValue(runs)
  const callable = FUNCTIONS.get(name)
  if (callable === undefined) throw new Error(`unknown function ${name}`)
  return strictly(runs, (values) => callable(...values))
}

/** The other value is asked for only where it is needed. */
function orValue([of, otherwise]: readonly Run[]): Run {
  return (variables) => {
    const value = of?.(variables)
    if (!(value instanceof Optional)) return FAILED
    return value.value === undefined ? otherwise?.(variables) : value.value
  }
}

function presence([field]: readonly ASTNode[], scope: Scope): Run {
  if (field?.op !== '.') throw new Error('has() takes a field')
  const [of, name] = field.args
  return strictly([compile(of, scope)], ([value]) => partOf(value, name) !== undefined)
}

type Calculation = (one: unknown, other: unknown) => unknown

const OPERATIONS: Readonly<Record<string, Calculation>> = {
  '==': isEqual,
  '!=': (one, other) => !isEqual(one, other),
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
  in: (one, other) => itemsOf(other)?.some((item) => isEqual(item, one)) ?? FAILED,
  '+': add,
  '-': (one, other) => (typeof one === 'number' && typeof other === 'number' ? one - other : FAILED),
}

function operation({ op, args }: ASTNode, scope: Scope): Run {
  const calculate = Object.hasOwn(OPERATIONS, op) ? OPERATIONS[op] : undefined
  if (calculate === undefined) throw new Error(`unknown operator ${op}`)
  const [left, right] = args as [ASTNode, ASTNode]
  const [one, other] = [compile(left, scope), compile(right, scope)]
  const text = isLiteral(right) ? right.args : undefined
  if (op === '==' && typeof text === 'string') return equality(one, text)
  return (variables) => {
    const first = one(variables)
    if (first === FAILED) return FAILED
    const second = other(variables)
    return second === FAILED ? FAILED : calculate(first, second)
  }
}

/** The most frequent operation: a value is a text, such as the type of a condition. */
function equality(of: Run, text: string): Run {
  return (variables) => {
    const value = of(variables)
    return value === FAILED ? FAILED : value === text
  }
}

function ordered(holds: (order: number) => boolean): Calculation {
  return (one, other) => {
    const order = compare(one, other)
    return order === FAILED ? FAILED : holds(order)
  }
}

function add(one: unknown, other: unknown): unknown {
  if (typeof one === 'string' && typeof other === 'string') return one + other
  if (Array.isArray(one) && Array.isArray(other)) return [...one, ...other]
  return typeof one === 'number' && typeof other === 'number' ? one + other : FAILED
}

/** Fails where any part fails. */
function strictly(parts: readonly Run[], make: (values: readonly unknown[]) => unknown): Run {
  return (variables) => {
    const values: unknown[] = []
    for (const part of parts) {
      const value = part(variables)
      if (value === FAILED) return FAILED
      values.push(value)
    }
    return make(values)
  }
}
