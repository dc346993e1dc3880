import { readFile } from 'node:fs/promises'
import test from 'ava'
import type { OptionDefinition } from '../../src/cli/options/option.ts'
import { optionTable } from '../../src/cli/options/table.ts'
import { presentAdopted, presentAdoption } from '../../src/cli/present/adoption-text.ts'
import { presentReport } from '../../src/cli/present/present-report.ts'
import { commandSpecs, operandTerms } from '../../src/cli/program.ts'
import { INSTALLATION_STATES } from '../../src/model/status.ts'
import { statusMessage } from '../../src/stages/report/status-message.ts'
import { statusRecord } from '../../src/stages/report/status-record.ts'
import * as sample from './present/sample-plans.ts'
import * as status from './present/sample-statuses.ts'

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')
const readme = await read('README.md')
const commands = await read('docs/reference/commands.md')
const options = await read('docs/reference/options.md')
const planning = await read('docs/using/plan.md')
const recording = await read('docs/using/status-branch.md')
const adopting = await read('docs/using/adopt.md')

test('the reference lists the commands as the help does', (t) => {
  for (const spec of commandSpecs) {
    const term = [spec.name, ...operandTerms(spec)].join(' ')
    const anchor = `#reeve-${spec.name.replaceAll(' ', '-')}`
    t.true(commands.includes(`| [\`reeve ${term}\`](${anchor}) | ${spec.summary} |\n`), spec.name)
  }
})

test('the reference lists the options as the help does', (t) => {
  const definitions: Readonly<Record<string, OptionDefinition<unknown>>> = optionTable
  for (const [name, { placeholder, help, fallback, fallbackHelp, secret }] of Object.entries(definitions)) {
    const variable = `REEVE_${name.toUpperCase().replaceAll('-', '_')}`
    const shown =
      fallback !== undefined || fallbackHelp?.includes('<') ? `\`${fallback ?? fallbackHelp}\`` : fallbackHelp
    const row = secret
      ? `| \`${variable}\` | ${help} |\n`
      : `| \`--${name} ${placeholder}\` | \`${variable}\` | \`${name}\` | ${help} | ${shown === undefined ? '' : `${shown} `}|`
    t.true(options.includes(row), row)
  }
})

test('the reference lists the exit codes as the help does', (t) => {
  for (const { name, exitCodes } of commandSpecs) {
    const last = exitCodes[3] === undefined ? '' : `${exitCodes[3]} `
    const row = `| \`${name}\` | ${exitCodes[0]} | ${exitCodes[1]} | ${exitCodes[2]} | ${last}|\n`
    t.true(commands.includes(row), row)
  }
})

const plans = [
  sample.planOf(
    sample.createService,
    sample.patchDeployment,
    sample.remove,
    sample.blocked,
    sample.unchanged,
  ),
]

const seen = {
  faults: [],
  target: { cluster: 'eu-prod', context: 'admin@eu-prod', server: 'https://10.0.0.1:6443' },
  dryRun: { shown: 'all' },
} as const

const plain = { colour: false, width: 80 }

test('the README shows a plan as reeve plan does', (t) => {
  t.true(readme.includes(presentReport({ plans, ...seen }, { format: 'text', ...plain })))
})

test('the documentation shows the plan for programs as reeve plan does', (t) => {
  const few = [sample.planOf(sample.patchDeployment, sample.blocked)]
  t.true(planning.includes(presentReport({ plans: few, ...seen }, { format: 'yaml', ...plain })))
})

test('the documentation shows an adoption as reeve adopt does', (t) => {
  const report = sample.adoption
  const text =
    presentAdoption(report, plain) + presentAdopted(report, undefined, { ...plain, isMeant: false })
  t.true(adopting.includes(text), text)
})

test('the README shows a status commit as Reeve writes it', (t) => {
  const { commit } = status.healthy
  const changed = [{ status: status.healthy, writes: { changes: status.healthy.changes } }]
  const message = statusMessage({ cluster: 'eu-prod', commit, changed, gone: [] })
  t.true(readme.includes(`\`\`\`\n${message}\`\`\``), message)
})

test('the documentation shows a record as Reeve writes it', (t) => {
  const record = statusRecord('eu-prod', status.degraded)
  t.true(recording.includes(record), record)
})

test('the documentation explains every state of an installation', (t) => {
  for (const state of INSTALLATION_STATES) t.true(recording.includes(`| \`${state}\` | `), state)
})
