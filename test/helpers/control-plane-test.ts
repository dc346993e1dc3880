import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { type Borrowed, borrow } from './control-planes/borrow.ts'
import type { LendOptions } from './control-planes/pooled-control-plane.ts'

export interface ControlPlaneContext {
  readonly controlPlane: ControlPlane
}

/**
 * Tests that share a control plane, which no other file has meanwhile; it is as if it were new, and notes all
 * requests. Only files that stop parts of it, or that test the sandbox itself, start one of their own.
 *
 * @param prepare gives the rest of the context
 */
export function controlPlaneTest<More extends object = object>(
  options: LendOptions = {},
  prepare?: (controlPlane: ControlPlane) => More | Promise<More>,
): TestFn<ControlPlaneContext & More> {
  const test = anyTest as TestFn<ControlPlaneContext & More>
  let borrowed: Borrowed | undefined
  // Serial, so that it is there for the hooks of the file.
  test.serial.before('borrow a control plane', async (t) => {
    borrowed = await borrow(options)
    const { controlPlane } = borrowed
    t.context = { controlPlane, ...(await prepare?.(controlPlane)) } as ControlPlaneContext & More
  })
  test.after('all tests have passed', () => borrowed?.allowReuse())
  return test
}

/** A control plane for one test of several in a file. */
export async function borrowControlPlane(
  t: ExecutionContext,
  options: LendOptions = {},
): Promise<ControlPlane> {
  const { controlPlane, allowReuse } = await borrow(options)
  t.teardown(async () => {
    if (t.passed) await allowReuse()
  })
  return controlPlane
}
