import { FaultError, fault } from '../../model/fault.ts'
import type { Connections, OperationOptions } from './connection.ts'
import { listRefs } from './transport.ts'

export interface RefusedPush {
  readonly branch: string
  /** The commit that was pushed. */
  readonly oid: string
  /** The commit that the branch was expected at. */
  readonly expected: string | undefined
  /** The server's words. */
  readonly refused: string
}

/**
 * Why a push was refused: the branch is at the commit already, as after a lost answer, or at another one than
 * expected.
 * @throws FaultError git-rejected if neither is the reason
 */
export async function explainRefusal(
  connections: Connections,
  { branch, oid, expected, refused }: RefusedPush,
  options: OperationOptions,
): Promise<'pushed' | 'moved'> {
  const ref = `refs/heads/${branch}`
  const remote = (await listRefs(connections.open(options), ref)).get(ref)
  if (remote === oid) return 'pushed'
  if (remote !== expected) return 'moved'
  throw new FaultError(fault('git-rejected', `${connections.url}, ${branch}: ${refused}`))
}
