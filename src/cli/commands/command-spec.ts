import type { CommandLine } from '../options/given.ts'
import type { OptionName } from '../options/table.ts'
import type { Io } from '../present/io.ts'

/** One command of the program as data: its help, its options and what it does. */
export interface CommandSpec {
  /** One word, or two for a command of a group: `rollout pause`. */
  readonly name: string
  /** One line, without a full stop, for the list of commands. */
  readonly summary: string
  readonly description: string
  readonly operands?: readonly Operand[]
  readonly options: readonly OptionName[]
  /** Flags without a value, on the command line only. */
  readonly switches?: Readonly<Record<string, string>>
  /** Flags with a value, on the command line only. */
  readonly parameters?: Readonly<Record<string, Parameter>>
  readonly examples: readonly Example[]
  readonly exitCodes: Readonly<Record<number, string>>
  /** Exit code if a fault ends the command. */
  readonly failure: number
  /** Runs the command. @returns the exit code */
  readonly run: (line: CommandLine, io: Io) => Promise<number>
}

/** A positional argument; required ones come first. */
export interface Operand {
  readonly name: string
  readonly required: boolean
  readonly help: string
}

export interface Parameter {
  /** `COMMIT` */
  readonly placeholder: string
  readonly help: string
}

/** The first word of commands that belong together. */
export interface CommandGroup {
  readonly name: string
  /** One line, without a full stop, for the list of commands. */
  readonly summary: string
  readonly description: string
}

export interface Example {
  /** Command lines as typed in a shell. */
  readonly command: string
  readonly says: string
}
