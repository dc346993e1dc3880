import test from 'ava'
import { environmentName } from '../../src/cli/options/option.ts'
import { optionTable } from '../../src/cli/options/table.ts'
import { commandGroups, commandSpecs } from '../../src/cli/program.ts'
import { reeve } from '../helpers/reeve.ts'

for (const spec of commandSpecs) {
  test(`reeve ${spec.name} --help names its options, exit codes and examples in 80 columns`, async (t) => {
    const { code, stdout, stderr } = await reeve([...spec.name.split(' '), '--help'])
    t.is(code, 0)
    t.is(stderr, '')
    for (const name of spec.options) {
      t.true(stdout.includes(`  --${name} ${optionTable[name].placeholder} `), name)
    }
    const own = [...Object.keys(spec.switches ?? {}), ...Object.keys(spec.parameters ?? {})]
    for (const name of own) t.true(stdout.includes(`  --${name} `), name)
    for (const [exitCode, meaning] of Object.entries(spec.exitCodes)) {
      t.true(stdout.includes(`  ${exitCode}  ${meaning}\n`), meaning)
    }
    for (const { command } of spec.examples) t.true(stdout.includes(command.split('\n')[0] ?? ''), command)
    t.deepEqual(
      stdout.split('\n').filter((line) => line.length > 80),
      [],
    )
  })
}

test('every option belongs to some command, and every secret is named where Git is read', async (t) => {
  const offered = new Set(commandSpecs.flatMap(({ options }) => options))
  const { stdout } = await reeve(['run', '--help'])
  for (const [name, definition] of Object.entries(optionTable)) {
    if ('secret' in definition) t.true(stdout.includes(environmentName(name)), name)
    else t.true(offered.has(name as keyof typeof optionTable), name)
  }
})

test('reeve --help lists the commands in 80 columns', async (t) => {
  const { code, stdout } = await reeve(['--help'])
  t.is(code, 0)
  const words = [...commandSpecs.filter(({ name }) => !name.includes(' ')), ...commandGroups]
  for (const { name, summary } of words) t.regex(stdout, new RegExp(`^ {2}${name} .*${summary}`, 'm'))
  t.deepEqual(
    stdout.split('\n').filter((line) => line.length > 80),
    [],
  )
})

for (const { name: group } of commandGroups)
  test(`reeve ${group} --help lists its commands in 80 columns, and so does reeve ${group}`, async (t) => {
    const { code, stdout } = await reeve([group, '--help'])
    t.is(code, 0)
    const own = commandSpecs.filter(({ name }) => name.startsWith(`${group} `))
    for (const { name, summary } of own)
      t.regex(stdout, new RegExp(`^ {2}${name.slice(group.length + 1)} .*${summary}`, 'm'))
    t.deepEqual(
      stdout.split('\n').filter((line) => line.length > 80),
      [],
    )
    t.deepEqual(await reeve([group]), { code: 2, stdout: '', stderr: stdout })
  })

test('reeve --version prints the version of the package', async (t) => {
  const { stdout } = await reeve(['--version'])
  t.regex(stdout, /^\d+\.\d+\.\d+\n$/)
})

test('help is bold only where colours are wanted', async (t) => {
  const [plain, forced] = await Promise.all([
    reeve(['plan', '--help']),
    reeve(['plan', '--help'], { FORCE_COLOR: '1' }),
  ])
  t.false(plain.stdout.includes('\u001b['))
  t.true(forced.stdout.includes('\u001b[1m'))
})
