import type { ExecutionContext } from 'ava'
import { directoryOf } from '../helpers/temporary-directory.ts'
import { CONTAINER_MIB, type Ended, reeveInContainer } from './container.ts'

/** Maximum CPU time, in milliseconds: others may keep the machine busy. */
const CPU_MS = 12_000
const NEIGHBOUR = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: neighbour}\n'

/**
 * Has Reeve read a commit with these files as in a container of 512 MiB: it comes to an end, with that much memory
 * and soon, and the neighbour of the attack has no fault.
 */
export async function isContained(
  t: ExecutionContext,
  files: Readonly<Record<string, string | Uint8Array>>,
  ...options: readonly string[]
): Promise<Ended> {
  const directory = await directoryOf(t, { ...files, 'neighbour/config.yaml': NEIGHBOUR })
  const ended = await reeveInContainer(t, ['validate', directory, ...options])
  isBounded(t, ended)
  t.is(ended.stderr, '')
  t.false(ended.stdout.includes('neighbour/'))
  return { ...ended, stdout: ended.stdout.replaceAll(`${directory}/`, '').replaceAll(/\n +/g, ' ') }
}

/** Whether a program came to an end within the memory of the container, and soon. */
export function isBounded(t: ExecutionContext, { code, stderr, usage, togetherMiB }: Ended): void {
  const { peakMiB = Number.NaN, cpuMs = Number.NaN } = usage ?? {}
  t.log(`${Math.round(peakMiB)} MiB, ${Math.round(togetherMiB)} with others, ${Math.round(cpuMs)} ms`)
  t.not(code, undefined, stderr.slice(-2_000))
  t.true(peakMiB < CONTAINER_MIB)
  t.true(togetherMiB < CONTAINER_MIB, `${togetherMiB} MiB with the programs that it started`)
  t.true(cpuMs < CPU_MS)
}
