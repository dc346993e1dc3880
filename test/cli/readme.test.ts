import { readFile } from 'node:fs/promises'
import test from 'ava'
import type { OptionDefinition } from '../../src/cli/options/option.ts'
import { optionTable } from '../../src/cli/options/table.ts'
import { presentReport } from '../../src/cli/present/present-report.ts'
import { commandSpecs, operandTerms } from '../../src/cli/program.ts'
import * as sample from './present/sample-plans.ts'

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8')

test('the README lists the commands as the help does', (t) => {
  for (const spec of commandSpecs) {
    const term = [spec.name, ...operandTerms(spec)].join(' ')
    t.true(readme.includes(`| \`reeve ${term}\` | ${spec.summary} |\n`), spec.name)
  }
})

test('the README lists the options as the help does', (t) => {
  const definitions: Readonly<Record<string, OptionDefinition<unknown>>> = optionTable
  for (const [name, { placeholder, help, fallback, fallbackHelp, secret }] of Object.entries(definitions)) {
    if (secret) continue
    const shown =
      fallback !== undefined || fallbackHelp?.includes('<') ? `\`${fallback ?? fallbackHelp}\`` : fallbackHelp
    const row = `| \`--${name} ${placeholder}\` | ${help} | ${shown === undefined ? '' : `${shown} `}|\n`
    t.true(readme.includes(row), row)
  }
})

test('the README lists the exit codes as the help does', (t) => {
  for (const { name, exitCodes } of commandSpecs) {
    const row = `| \`${name}\` | ${exitCodes[0]} | ${exitCodes[1]} | ${exitCodes[2]} | ${exitCodes[3] ?? ''} |\n`
    t.true(readme.includes(row), row)
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

test('the README shows a plan as reeve plan does', (t) => {
  t.true(readme.includes(presentReport({ plans, ...seen }, { format: 'text', colour: false, width: 80 })))
})

test('the README shows the plan for programs as reeve plan does', (t) => {
  const few = [sample.planOf(sample.patchDeployment, sample.blocked)]
  t.true(
    readme.includes(presentReport({ plans: few, ...seen }, { format: 'yaml', colour: false, width: 80 })),
  )
})
