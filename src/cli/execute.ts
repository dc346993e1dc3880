import { CommanderError } from 'commander'
import { faultOf } from '../model/fault.ts'
import type { CommandSpec } from './commands/command-spec.ts'
import type { CommandLine } from './options/given.ts'
import { UsageError } from './options/usage-error.ts'
import { presentFaults } from './present/faults.ts'
import type { Io } from './present/io.ts'
import { withSafeOutput } from './present/terminal.ts'
import { buildProgram } from './program.ts'

const WRONG_USAGE = 2

/** Runs one command line (without `node` and the script). @returns the exit code */
export async function execute(args: readonly string[], streams: Io): Promise<number> {
  const io = withSafeOutput(streams)
  let exitCode = 0
  const program = buildProgram(io, async (spec, line) => {
    exitCode = await runCommand(spec, line, io)
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? 0 : WRONG_USAGE
  }
}

async function runCommand(spec: CommandSpec, line: CommandLine, io: Io): Promise<number> {
  try {
    return await spec.run(line, io)
  } catch (error) {
    io.err.write(describe(error, spec, io))
    return error instanceof UsageError ? WRONG_USAGE : spec.failure
  }
}

/** Faults without a stack trace; any other error, which is a bug, with one. */
function describe(error: unknown, spec: CommandSpec, io: Io): string {
  const colour = io.errColour
  if (error instanceof UsageError) {
    const lines = error.faults.map((fault) => presentFaults([fault], { colour }).split('\n')[0])
    return `${lines.join('\n')}\nSee: reeve ${spec.name} --help\n`
  }
  const fault = faultOf(error)
  if (fault.code !== 'internal') return presentFaults([fault], { colour })
  return `reeve: this is a bug in Reeve, please report it\n${error instanceof Error ? error.stack : error}\n`
}
