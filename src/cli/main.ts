#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { stripVTControlCharacters, styleText } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { compileCacheDirectory } from './compile-cache.ts'
import type { Io } from './present/io.ts'

/** styleText honours NO_COLOR, FORCE_COLOR and whether the stream is a terminal. */
function hasColour(stream: NodeJS.WriteStream): boolean {
  const text = styleText('red', 'x', { stream })
  return stripVTControlCharacters(text) !== text
}

function homeDirectory(): string | undefined {
  try {
    return homedir() || undefined
  } catch {
    return undefined // the user database has no entry for this user
  }
}

/** `reeve plan | head` closes the pipe early: that is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

/** Time for what is still open after the command and its output, in milliseconds. */
const END_WITHIN_MS = 5_000

/** A call to a file system that never answers keeps the process, and even process.exit(), from ending. */
function endByForce(): void {
  process.kill(process.pid, 'SIGKILL')
}

/** Output to a pipe waits in this process until the reader takes it, however slow it is. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()))
}

const io: Io = {
  out: process.stdout,
  err: process.stderr,
  colour: hasColour(process.stdout),
  errColour: hasColour(process.stderr),
  surroundings: {
    environment: process.env,
    terminal: process.stderr.isTTY === true,
    homeDirectory: homeDirectory(),
  },
  openLog: async (settings) => (await import('../support/telemetry/log.ts')).createLog(settings),
}

// Collect garbage when the heap has grown by half, not up to threefold: this takes less than half the memory.
setFlagsFromString('--heap-growing-percent=50')

// Load the rest with the compile cache: --help takes half the time. Coverage is exact only without it.
const codeCache = process.env.NODE_COMPILE_CACHE || compileCacheDirectory()
if (!process.env.NODE_V8_COVERAGE && codeCache !== undefined) enableCompileCache(codeCache)
const { execute } = await import('./execute.ts')
process.exitCode = await execute(process.argv.slice(2), io)
void Promise.all([process.stdout, process.stderr].map(flushed)).then(() => {
  setTimeout(endByForce, END_WITHIN_MS).unref()
})
