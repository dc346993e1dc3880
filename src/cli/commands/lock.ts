import type { Locked, LockedRange } from '../../control/fleet/lock-versions.ts'
import { printable } from '../../model/printable.ts'
import { isDirectory } from '../../stages/snapshot/is-directory.ts'
import { KEY_OPTIONS } from '../options/groups.ts'
import { KEYS, keySettings } from '../options/settings.ts'
import { UsageError } from '../options/usage-error.ts'
import { readOptions } from '../options/values.ts'
import { presentFaults } from '../present/faults.ts'
import type { CommandSpec } from './command-spec.ts'
import { notADirectory } from './validate.ts'

export const lockCommand: CommandSpec = {
  name: 'lock',
  summary: 'find the versions of charts that are named by a range',
  description:
    'Writes reeve.lock.yaml: the exact version and the digest of each chart whose version is a range such as ' +
    '^1.4.0 in template.chart. Ranges that have a version keep it, unless --update moves them to the newest. ' +
    'Commit the file: Reeve takes the versions from there. Asks chart repositories and registries without ' +
    'credentials; needs no cluster.',
  operands: [
    { name: 'DIR', required: false, help: 'the directory that contains the installations (default: .)' },
  ],
  options: ['git-ca-file', 'source-addresses', ...KEY_OPTIONS],
  switches: { update: 'move every range to its newest version' },
  examples: [
    { command: 'reeve lock', says: 'versions for ranges that have none' },
    { command: 'reeve lock fleet --update', says: 'the newest versions in all ranges' },
  ],
  exitCodes: { 0: 'each range has a version', 1: 'faults', 2: 'wrong usage' },
  failure: 1,
  async run(line, io) {
    const { values, faults, config } = await readOptions(line, io.surroundings, [
      'git-ca-file',
      'source-addresses',
      ...KEYS,
    ])
    const [operand = '.'] = line.operands
    if (faults.length > 0) throw new UsageError(faults)
    if (!(await isDirectory(operand))) throw new UsageError([notADirectory(operand)])
    const { lockDirectory } = await import('../../control/fleet/lock-directory.ts')
    const locked = await lockDirectory(operand, {
      keys: keySettings(values),
      caFile: values['git-ca-file'],
      sources: config.sources,
      provenance: config.provenance,
      update: line.flags.update === true,
    })
    io.out.write(
      `${presentFaults(locked.faults, io)}${locked.ranges.map(describe).join('')}${summary(locked)}\n`,
    )
    return locked.faults.length === 0 ? 0 : 1
  },
}

function describe({ entry: { name, range, version }, before }: LockedRange): string {
  const was = before && before.version !== version ? ` (was ${before.version})` : ''
  return `${printable(`${name} ${range}: ${version}${was}`)}\n`
}

function summary({ ranges, text, faults }: Locked): string {
  if (text !== undefined) return 'reeve.lock.yaml written.'
  if (faults.length > 0) return 'reeve.lock.yaml unchanged.'
  return ranges.length === 0 ? 'No chart is named by a range.' : 'reeve.lock.yaml is up to date.'
}
