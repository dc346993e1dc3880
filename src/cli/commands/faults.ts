import { didYouMean } from '../../model/did-you-mean.ts'
import { fault } from '../../model/fault.ts'
import { type FaultRow, faultTable } from '../../model/fault-table.ts'
import { noticeTable } from '../../model/notice-table.ts'
import { quoted } from '../../model/quoted.ts'
import { UsageError } from '../options/usage-error.ts'
import { paint } from '../present/paint.ts'
import { wrap } from '../present/wrap.ts'
import type { CommandSpec } from './command-spec.ts'

const WIDTH = 80

export const faultsCommand: CommandSpec = {
  name: 'faults',
  summary: 'explain a fault or notice by its code, or list all',
  description:
    'Prints the message and the remedy of a fault or notice, as they are in the output of commands, in the ' +
    'log and on the status branch. Needs no cluster and no repository.',
  operands: [{ name: 'CODE', required: false, help: 'the code of a fault or notice, such as not-owned' }],
  options: [],
  examples: [
    { command: 'reeve faults not-owned', says: 'what a code means, and what to do' },
    { command: 'reeve faults', says: 'all of them' },
  ],
  exitCodes: {
    0: 'printed',
    1: 'the output could not be written',
    2: 'wrong usage, such as an unknown code',
  },
  failure: 1,
  async run({ operands: [code], faults }, io) {
    const all: ReadonlyMap<string, FaultRow> = new Map(
      Object.entries<FaultRow>({ ...faultTable, ...noticeTable }),
    )
    if (faults.length > 0) throw new UsageError(faults)
    const row = code === undefined ? undefined : all.get(code)
    if (code !== undefined && row === undefined) throw new UsageError([unknown(code, [...all.keys()])])
    const shown = code !== undefined && row !== undefined ? [[code, row] as const] : [...all]
    io.out.write(shown.map(([name, each]) => present(name, each, io.colour)).join('\n'))
    return 0
  },
}

function unknown(code: string, codes: readonly string[]) {
  return fault('bad-option', `there is no fault or notice ${quoted(code)}${didYouMean(code, codes)}`)
}

function present(code: string, { title, remedy }: FaultRow, colour: boolean): string {
  return `${paint('bold', code, colour)}\n${wrap(title, WIDTH, '  ')}${wrap(`→ ${remedy}`, WIDTH, '  ')}`
}
