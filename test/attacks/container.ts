import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { guard } from '../../src/sandbox/reaper.ts'
import { ifMissing } from '../../src/support/files/if-missing.ts'
import { packageRoot } from '../../src/support/package/package-root.ts'
import { temporaryDirectory } from '../helpers/temporary-directory.ts'
import { MemoryWatch } from './relatives/memory-watch.ts'

/** What V8 gives itself in a container of 512 MiB, as the image starts it. */
const HEAP = ['--max-old-space-size=256', '--max-semi-space-size=16']
/** Of the container, in MiB. */
export const CONTAINER_MIB = 512
const MAIN = join(packageRoot(), process.env.REEVE_MAIN ?? 'src/cli/main.ts')
const NOTE_USAGE = join(import.meta.dirname, 'note-usage.ts')

/** How a program ended that ran with the heap of a small container. */
export interface Ended {
  /** Undefined if a signal ended it, as it does where the heap is exhausted. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** Undefined if it crashed. */
  readonly usage: Usage | undefined
  /** The most memory that it and the programs it started were seen to have at once, in MiB. */
  readonly togetherMiB: number
}

interface Usage {
  readonly cpuMs: number
  /** The most memory that it had at once. */
  readonly peakMiB: number
}

/** Runs `reeve ARGS` to its end as in a container of 512 MiB. */
export function reeveInContainer(t: ExecutionContext, args: readonly string[]): Promise<Ended> {
  return nodeInContainer(t, [MAIN, ...args])
}

/** Runs `node ARGS` to its end as in a container of 512 MiB. */
export async function nodeInContainer(t: ExecutionContext, args: readonly string[]): Promise<Ended> {
  const directory = await temporaryDirectory(t)
  const noted = join(directory, 'usage')
  const child = spawn(process.execPath, [...HEAP, '--import', NOTE_USAGE, ...args], {
    env: {
      ...process.env,
      NO_COLOR: '1',
      MALLOC_ARENA_MAX: '1',
      MALLOC_MMAP_THRESHOLD_: '1048576',
      REEVE_USAGE_FILE: noted,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  guard(child)
  await using memory = new MemoryWatch(child.pid ?? 0)
  const stdout = child.stdout.setEncoding('utf8').toArray()
  const stderr = child.stderr.setEncoding('utf8').toArray()
  const [code] = await once(child, 'close')
  const usage = await readFile(noted, 'utf8').catch(ifMissing(undefined))
  return {
    code: code ?? undefined,
    stdout: (await stdout).join(''),
    stderr: (await stderr).join(''),
    usage: usage === undefined ? undefined : JSON.parse(usage),
    togetherMiB: memory.together,
  }
}
