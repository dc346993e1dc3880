import type { Explanation } from '../../control/fleet/explain-now.ts'
import { isDirectory } from '../../stages/snapshot/is-directory.ts'
import { GIT_OPTIONS, LOG_OPTIONS } from '../options/groups.ts'
import { type Format, readFormat } from '../options/read-format.ts'
import { readAllOptions, settingsOf } from '../options/settings.ts'
import { UsageError } from '../options/usage-error.ts'
import { type ReadOptions, readOptions } from '../options/values.ts'
import { ENCRYPTED_NOTE, presentFaults } from '../present/faults.ts'
import type { Io } from '../present/io.ts'
import type { CommandSpec } from './command-spec.ts'
import { directorySettings, OF_DIRECTORIES } from './directory-settings.ts'

export const explainCommand: CommandSpec = {
  name: 'explain',
  summary: 'show where each setting of an installation comes from',
  description:
    'Prints the version and each value of an installation with its file and line, and what it overrides. ' +
    'From lowest to highest precedence: template defaults, groups from the outermost in, the installation, ' +
    'settings that groups enforce. Needs no cluster.',
  operands: [
    { name: 'NAME', required: true, help: 'the name of the installation' },
    {
      name: 'SOURCE',
      required: false,
      help: 'a local directory, or a branch or commit of --repo (default: --branch)',
    },
  ],
  options: [...GIT_OPTIONS, 'cluster', 'namespace', 'output', ...LOG_OPTIONS],
  examples: [
    { command: 'reeve explain acme .', says: 'as declared in the current directory' },
    {
      command: 'reeve explain acme --config reeve.yaml',
      says: 'as declared on the branch that the cluster follows',
    },
  ],
  exitCodes: {
    0: 'explained',
    1: 'the installation has faults',
    2: 'wrong usage, or a fault that ended the command',
  },
  failure: 2,
  async run(line, io) {
    const [name = '', source] = line.operands
    const isLocal = source !== undefined && (await isDirectory(source))
    const read = await (isLocal
      ? readOptions(line, io.surroundings, ['output', ...OF_DIRECTORIES])
      : readAllOptions(line, io.surroundings))
    const explanation = await (isLocal
      ? explainDirectory(name, source, read)
      : explainCommit(name, source, read, io))
    if (explanation.isEncrypted) io.err.write(ENCRYPTED_NOTE)
    io.out.write(await present(explanation, readFormat(read.values.output), io))
    if (explanation.faults.length === 0) return 0
    io.err.write(presentFaults(explanation.faults, { colour: io.errColour }))
    return 1
  },
}

async function explainDirectory(name: string, directory: string, read: ReadOptions): Promise<Explanation> {
  if (read.faults.length > 0) throw new UsageError(read.faults)
  const { explainNow } = await import('../../control/fleet/explain-now.ts')
  return explainNow(name, { directory, ...directorySettings(read) })
}

async function explainCommit(
  name: string,
  revision: string | undefined,
  read: ReadOptions,
  io: Io,
): Promise<Explanation> {
  const settings = settingsOf(read, io.surroundings)
  const { explainNow } = await import('../../control/fleet/explain-now.ts')
  return explainNow(name, { settings, log: await io.openLog(settings.log), revision })
}

async function present(explanation: Explanation, format: Format, { colour }: Io): Promise<string> {
  if (format === 'text') {
    const { presentExplanation } = await import('../present/explanation-text.ts')
    return presentExplanation(explanation, { colour })
  }
  const { explanationDocument } = await import('../present/explanation-document.ts')
  const { documentText } = await import('../present/document-text.ts')
  return documentText(explanationDocument(explanation), format)
}
