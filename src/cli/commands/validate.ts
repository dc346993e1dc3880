import type { Validated } from '../../control/fleet/validate-directory.ts'
import { type Fault, fault } from '../../model/fault.ts'
import { quoted } from '../../model/quoted.ts'
import { isDirectory } from '../../stages/snapshot/is-directory.ts'
import { KEY_OPTIONS } from '../options/groups.ts'
import { UsageError } from '../options/usage-error.ts'
import { readOptions } from '../options/values.ts'
import { ENCRYPTED_NOTE, presentFaults, presentNotices } from '../present/faults.ts'
import { type Io, widthOf } from '../present/io.ts'
import { presentNothing } from '../present/nothing-declared.ts'
import type { CommandSpec } from './command-spec.ts'
import { DIRECTORY_OPTIONS, directorySettings, OF_DIRECTORIES } from './directory-settings.ts'

export const validateCommand: CommandSpec = {
  name: 'validate',
  summary: 'check a directory of manifests; needs no cluster',
  description:
    'Reads the directory as Reeve reads a commit, and reports every fault with its file, line and ' +
    'remedy, and what is worth knowing about marks of other tools. Fetches templates from other places, without credentials. What only a cluster knows ' +
    '(kinds, fields) is checked by `reeve plan`.',
  operands: [{ name: 'DIR', required: true, help: 'the directory that contains the installations' }],
  options: [...DIRECTORY_OPTIONS, ...KEY_OPTIONS],
  examples: [
    { command: 'reeve validate .', says: 'the current directory' },
    { command: 'reeve validate examples/fleet', says: 'a directory in the repository, as for --path' },
  ],
  exitCodes: { 0: 'no faults', 1: 'faults', 2: 'wrong usage' },
  failure: 1,
  async run(line, io) {
    const read = await readOptions(line, io.surroundings, OF_DIRECTORIES)
    const [operand] = line.operands
    if (read.faults.length > 0 || operand === undefined) throw new UsageError(read.faults)
    if (!(await isDirectory(operand))) throw new UsageError([notADirectory(operand)])
    const { validateDirectory } = await import('../../control/fleet/validate-directory.ts')
    const found = await validateDirectory(operand, directorySettings(read))
    if (found.isEncrypted) io.err.write(ENCRYPTED_NOTE)
    const told = presentFaults(found.faults, io) + presentNotices(found.notices, io)
    io.out.write(`${told}${nothing(found, operand, io)}${summary(found)}\n`)
    return found.faults.length === 0 ? 0 : 1
  },
}

export function notADirectory(operand: string): Fault {
  return fault('bad-option', `${quoted(operand)} is not a directory`)
}

function nothing({ installations, faults, files }: Validated, directory: string, io: Io): string {
  if (installations.length > 0 || faults.length > 0) return ''
  return presentNothing({ where: `the directory ${directory}`, files }, widthOf(io))
}

function summary({ installations, faults, notices }: Validated): string {
  const objects = installations.reduce((sum, each) => sum + each.objects.length, 0)
  const what = `${count(installations.length, 'installation')}, ${count(objects, 'object')}`
  const noticed = notices.length === 0 ? '' : `, ${count(notices.length, 'notice')}`
  return `${what}, ${faults.length === 0 ? 'no faults' : count(faults.length, 'fault')}${noticed}.`
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
