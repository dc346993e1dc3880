import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { threadId } from 'node:worker_threads'
import { FaultError, fault } from '../../model/fault.ts'
import { makePrivate } from '../../support/files/private.ts'
import { withLock } from './build-lock.ts'
import { type ProgressStream, showProgress } from './build-progress.ts'
import type { GoProgram } from './go-program.ts'

export interface BuildOptions {
  readonly environment?: NodeJS.ProcessEnv
  /** By default stderr. */
  readonly progress?: ProgressStream
  /** Receives the build process, which leads its own process group. */
  readonly onStart?: (child: ChildProcess) => void
}

/**
 * Builds the program if it is missing; concurrent processes build it once. Rejects with the fault go-build if
 * Go is missing or the build fails.
 */
export async function buildGoProgram(program: GoProgram, options: BuildOptions = {}): Promise<void> {
  if (existsSync(program.program)) return
  await makePrivate(dirname(program.program))
  if (await buildAlone(program, options)) return
  const endProgress = showProgress(
    `waiting for another process that is building ${program.title}`,
    options.progress,
  )
  try {
    while (!(await buildAlone(program, options))) await delay(500)
  } finally {
    endProgress()
  }
}

/** Builds the program if it is missing. @returns false if another process is building it */
async function buildAlone(program: GoProgram, options: BuildOptions): Promise<boolean> {
  if (existsSync(program.program)) return true
  return withLock(`${program.program}.lock`, async () => {
    if (!existsSync(program.program)) await build(program, options)
  })
}

async function build(program: GoProgram, options: BuildOptions): Promise<void> {
  const unfinished = `${program.program}.${process.pid}.${threadId}.new`
  const endProgress = showProgress(
    `building ${program.title} with Go (once; ${program.duration} the first time)`,
    options.progress,
  )
  try {
    await go(program, [...program.buildArguments, '-o', unfinished, program.mainPackage], options)
    await rename(unfinished, program.program)
  } finally {
    endProgress()
    await rm(unfinished, { force: true })
  }
}

async function go(program: GoProgram, args: readonly string[], options: BuildOptions): Promise<void> {
  const env = { ...(options.environment ?? process.env), CGO_ENABLED: program.hasC ? '1' : '0' }
  const child = spawn('go', args, {
    cwd: program.directory,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  options.onStart?.(child)
  const output = child.stderr.setEncoding('utf8').toArray()
  const [code] = await once(child, 'close').catch((error: unknown) => {
    const details = `${program.title}: the program "go" cannot be run`
    throw new FaultError(fault('go-build', details), { cause: error })
  })
  if (code === 0) return
  const tail = (await output).join('').trim().split('\n').slice(-20).join('\n')
  throw new FaultError(fault('go-build', `${program.title}: go build failed:\n${tail}`))
}
