import type { Adopted, AdoptionReport } from '../../control/adopt/report.ts'
import { fault } from '../../model/fault.ts'
import type { CommandLine } from '../options/given.ts'
import { CLUSTER_OPTIONS, GIT_OPTIONS, LOG_OPTIONS } from '../options/groups.ts'
import { type Format, readFormat } from '../options/read-format.ts'
import { readAllOptions, settingsOf } from '../options/settings.ts'
import { UsageError } from '../options/usage-error.ts'
import { type Io, widthOf } from '../present/io.ts'
import { showProgress } from '../present/progress.ts'
import type { CommandSpec } from './command-spec.ts'

export const adoptCommand: CommandSpec = {
  name: 'adopt',
  summary: 'take over objects of Helm, Flux, Argo CD or kubectl',
  description:
    'Shows what taking over the objects of an installation would change: each field that ' +
    'differs from Git, and the marks of the former owner. With --yes it takes them over. Nothing is ' +
    'created, deleted or replaced; unless every object can be taken over, none is touched.',
  operands: [
    { name: 'NAME', required: true, help: 'the name of an installation that Git declares' },
    {
      name: 'SOURCE',
      required: false,
      help: 'a branch or commit of --repo, or a local directory (default: --branch); not with --yes',
    },
  ],
  options: [...GIT_OPTIONS, ...CLUSTER_OPTIONS, 'release-secret', 'output', ...LOG_OPTIONS],
  switches: {
    yes: 'take the objects over',
    explain: 'also show fields that are left as they are, why, and the merge base of each change',
  },
  examples: [
    { command: 'reeve adopt acme ./fleet --config reeve.yaml', says: 'what would change, before a commit' },
    {
      command: 'reeve adopt acme --config reeve.yaml --yes',
      says: 'once the branch declares the installation',
    },
    {
      command: 'reeve adopt acme --config reeve.yaml --yes --release-secret=remove',
      says: 'and remove the record of the Helm release',
    },
  ],
  exitCodes: {
    0: 'every object is taken over, or there is nothing to take over',
    1: 'there are objects to take over, or some cannot be taken over',
    2: 'wrong usage, a blocking fault or former owner, or a fault that ended it',
  },
  failure: 2,
  async run(line, io) {
    const read = await readAllOptions(line, io.surroundings)
    const settings = settingsOf(read, io.surroundings)
    const { values } = read
    const [name = '', source] = line.operands
    const isMeant = line.flags.yes === true
    if (isMeant && source !== undefined) throw new UsageError([notFollowed()])
    const { adoptNow } = await import('../../control/adopt/adopt-now.ts')
    const present = await presenter(line, readFormat(values.output), io)
    using progress = showProgress(io)
    let report: AdoptionReport | undefined
    const adopted = await adoptNow({
      settings,
      log: await io.openLog(settings.log),
      name,
      source,
      isMeant,
      releaseSecret: values['release-secret'] ?? 'keep',
      say: progress.say,
      show: (shown) => {
        progress.say('')
        report = shown
        io.out.write(present.before(shown))
      },
    })
    if (report !== undefined) io.out.write(present.after(report, adopted, isMeant))
    return report === undefined ? 2 : exitCodeOf(report, adopted)
  },
}

/** A running Reeve deletes objects that its branch does not declare. */
function notFollowed() {
  return fault('bad-option', '--yes takes over what --branch declares: omit SOURCE')
}

interface Presenter {
  readonly before: (report: AdoptionReport) => string
  readonly after: (report: AdoptionReport, adopted: Adopted | undefined, isMeant: boolean) => string
}

/** Text shows the plan before the adoption; a document is written once, at the end. */
async function presenter(line: CommandLine, format: Format, io: Io): Promise<Presenter> {
  const explain = line.flags.explain === true
  if (format !== 'text') {
    const { presentAdoptionDocument } = await import('../present/adoption-document.ts')
    return {
      before: () => '',
      after: (report, adopted) => presentAdoptionDocument(report, adopted, { format, explain }),
    }
  }
  const { presentAdoption, presentAdopted } = await import('../present/adoption-text.ts')
  const options = { explain, colour: io.colour, width: widthOf(io) }
  return {
    before: (report) => presentAdoption(report, options),
    after: (report, adopted, isMeant) => presentAdopted(report, adopted, { ...options, isMeant }),
  }
}

function exitCodeOf(report: AdoptionReport, adopted: Adopted | undefined): number {
  if (report.faults.length > 0) return 2
  if (adopted !== undefined) return adopted.kept.length === 0 && adopted.outcomes.every(isDone) ? 0 : 1
  return report.takes > 0 || report.plan.objects.some(({ action }) => action === 'blocked') ? 1 : 0
}

function isDone({ result }: Adopted['outcomes'][number]): boolean {
  return result === 'patched' || result === 'unchanged'
}
