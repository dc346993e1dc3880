import type { ASTNode } from '@marcbachmann/cel-js'

/** Values of the variables, by their index. */
export type Variables = unknown[]
/** A compiled expression, or part of one. */
export type Run = (variables: Variables) => unknown
/** Indexes of the variables, by name. */
export type Scope = ReadonlyMap<string, number>
/** @throws Error for what is not known of the language */
export type Compile = (node: ASTNode, scope: Scope) => Run
