import type { ASTNode } from '@marcbachmann/cel-js'
import type { Compile, Run, Scope, Variables } from './run.ts'
import { FAILED, itemsOf } from './value.ts'

/** A macro over the items of a list or the keys of a map; undefined for any other method. */
export function macroOf(
  [name, target, args]: readonly [string, ASTNode, readonly ASTNode[]],
  scope: Scope,
  compile: Compile,
): Run | undefined {
  const macro = Object.hasOwn(MACROS, name) ? MACROS[name] : undefined
  const [item, ...bodies] = args
  if (macro === undefined || item?.op !== 'id') return undefined
  const index = Math.max(...scope.values()) + 1
  const inner = new Map([...scope, [item.args, index]])
  const of = compile(target, scope)
  const run = macro(bodies.map((body) => compile(body, inner)))
  return (variables) => {
    const items = itemsOf(of(variables))
    if (items === undefined) return FAILED
    return run(items, (one) => {
      variables[index] = one
      return variables
    })
  }
}

type With = (item: unknown) => Variables
type Macro = (bodies: readonly Run[]) => (items: readonly unknown[], variables: With) => unknown

const never: Run = () => FAILED

const MACROS: Readonly<Record<string, Macro>> = {
  all: quantifier(false),
  exists: quantifier(true),
  filter: ([holds = never]) => collected(holds, undefined),
  map: ([first = never, second]) => (second ? collected(first, second) : collected(undefined, first)),
}

/** Whether some item decides; a failure counts where none does. */
function quantifier(deciding: boolean): Macro {
  return ([holds = never]) =>
    (items, variables) => {
      let result: unknown = !deciding
      for (const item of items) {
        const value = holds(variables(item))
        if (value === deciding) return deciding
        if (value !== !deciding) result = FAILED
      }
      return result
    }
}

/** The items for which something holds, or what is made of them. */
function collected(holds: Run | undefined, make: Run | undefined): ReturnType<Macro> {
  return (items, variables) => {
    const found: unknown[] = []
    for (const item of items) {
      const isIn = holds === undefined || holds(variables(item))
      if (typeof isIn !== 'boolean') return FAILED
      if (!isIn) continue
      const made = make === undefined ? item : make(variables(item))
      if (made === FAILED) return FAILED
      found.push(made)
    }
    return found
  }
}
