import test from 'ava'
import { describeFault } from '../../../../src/model/fault.ts'
import { declareFiles } from '../../../helpers/declare-files.ts'
import { ACCEPTED_ROLLOUTS, REFUSED_ROLLOUTS } from './rollout-cases.ts'

/** Groups `canary`, `early` and `production`, and an installation of the last; its rollout is in the file's line 5. */
const files = (rollout: string, ...lines: readonly string[]) => ({
  'groups.yaml': ['canary', 'early']
    .map(
      (name) =>
        `apiVersion: reeve.dev/v1alpha1\nkind: InstallationGroup\nmetadata: {name: ${name}}\nspec: {rollout: {}}\n`,
    )
    .join('---\n'),
  'production.yaml': [
    'apiVersion: reeve.dev/v1alpha1',
    'kind: InstallationGroup',
    'metadata: {name: production}',
    'spec:',
    `  rollout: ${rollout}`,
    ...lines,
    '',
  ].join('\n'),
  'acme/reeve.yaml':
    'apiVersion: reeve.dev/v1alpha1\nkind: Installation\nmetadata: {name: acme}\nspec: {group: production}\n',
  'acme/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: acme}\n',
})

async function faultsOf(
  rollout: string,
  ...lines: readonly string[]
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { installations } = await declareFiles(files(rollout, ...lines))
  const found = [...installations].map(([name, { faults }]) => [name, faults.map(describeFault)])
  return Object.fromEntries(found.filter(([, faults]) => faults?.length !== 0))
}

for (const rollout of ACCEPTED_ROLLOUTS) {
  test(`a rollout may be ${rollout}`, async (t) => {
    t.deepEqual(await faultsOf(rollout), {})
  })
}

for (const { rollout, problems } of REFUSED_ROLLOUTS) {
  test(`a rollout must not be ${rollout}: its members stay as they are, and are told`, async (t) => {
    const faults = problems.map(
      (problem) => `production.yaml:5: invalid document of Reeve's own kinds: spec.rollout${problem}`,
    )
    t.deepEqual(await faultsOf(rollout), { acme: faults, root: faults })
  })
}

test('what is missing and what is unknown is told by its name, with what was likely meant', async (t) => {
  const [missing, unknown] = [
    'a required field is missing or not a string',
    'a field that the kind does not have',
  ]
  const told = async (rollout: string) => (await faultsOf(rollout)).acme
  t.deepEqual(await told('{after: [{soak: 1h}], windows: [{}], freeze: {}}'), [
    `production.yaml:5: ${missing}: spec.rollout.after[0].group is missing`,
    `production.yaml:5: ${missing}: spec.rollout.windows[0].schedule is missing`,
    `production.yaml:5: ${missing}: spec.rollout.windows[0].duration is missing`,
    `production.yaml:5: ${missing}: spec.rollout.freeze.until is missing`,
    `production.yaml:5: ${missing}: spec.rollout.freeze.reason is missing`,
  ])
  t.deepEqual(await told('{maxUnavailible: 1, after: [{group: canary, soaks: 1h}], rollback: {al: true}}'), [
    `production.yaml:5: ${unknown}: spec.rollout.after[0].soaks; did you mean soak?`,
    `production.yaml:5: ${unknown}: spec.rollout.rollback.al`,
    `production.yaml:5: ${unknown}: spec.rollout.maxUnavailible; did you mean maxUnavailable?`,
  ])
})

test('names that every object has are unknown fields, and those that are dangerous are refused', async (t) => {
  const names = ['toString', 'hasOwnProperty', 'prototype']
  const { acme } = await faultsOf(`{${names.map((name) => `${name}: {}`).join(', ')}}`)
  t.deepEqual(
    acme,
    names.map((name) => `production.yaml:5: a field that the kind does not have: spec.rollout.${name}`),
  )
  for (const name of ['__proto__', 'constructor']) {
    const { root } = await faultsOf(`{${name}: {paused: true}}`)
    t.deepEqual(root, [`production.yaml:5: a key that Reeve refuses: "${name}"`])
  }
})

test('each fault has its line', async (t) => {
  const faults = await faultsOf(
    '',
    '    maxUnavailable: 0',
    '    windows:',
    '      - schedule: "0 2 * * *"',
    '        duration: 0s',
    '    freeze:',
    '      until: tomorrow',
    '      reason: audit',
  )
  t.deepEqual(
    faults.acme?.map((fault) => fault.split(' ')[0]),
    ['production.yaml:6:', 'production.yaml:9:', 'production.yaml:11:'],
  )
  const semantic = await faultsOf(
    '',
    '    windows:',
    '      - schedule: "0 2 30 2 *"',
    '        timeZone: Mars/Base',
    '        duration: 400d',
    '    after:',
    '      - group: canary',
    '        soak: 999d',
    '      - group: production',
  )
  t.deepEqual(
    semantic.acme?.map((fault) => fault.split(' ')[0]),
    [
      'production.yaml:8:',
      'production.yaml:7:',
      'production.yaml:9:',
      'production.yaml:12:',
      'production.yaml:13:',
    ],
  )
})

test('an anchor means the same as what it is of, and its defects are told where it is used', async (t) => {
  const valid = [
    '    windows:',
    '      - &night {schedule: "0 2 * * *", duration: 2h}',
    '      - {<<: *night, timeZone: Europe/Berlin}',
  ]
  t.deepEqual(await faultsOf('', ...valid), {})
  const { acme } = await faultsOf(
    '',
    '    windows:',
    '      - &never {schedule: "0 2 30 2 *", duration: 2h}',
    '      - *never',
  )
  t.is(acme?.length, 2)
})

test('a faulty group keeps its members, and no others', async (t) => {
  const { 'acme/reeve.yaml': document, ...rest } = files('{maxUnavailable: 0}')
  const beta = document.replaceAll('acme', 'beta').replace('production', 'canary')
  const { installations } = await declareFiles({
    ...rest,
    'acme/reeve.yaml': document,
    'beta/reeve.yaml': beta,
    'beta/config.yaml': rest['acme/config.yaml'].replace('acme', 'beta'),
  })
  t.deepEqual(
    [...installations].filter(([, { faults }]) => faults.length > 0).map(([name]) => name),
    ['acme', 'root'],
  )
})

test('rollouts that never come take no time to find out', async (t) => {
  const never = Array.from({ length: 20 }, (_, day) => `{schedule: "${day} 2 30 2 *", duration: 1h}`)
  const before = performance.now()
  const { acme } = await faultsOf(`{windows: [${never}]}`)
  t.is(acme?.length, 20)
  t.log(`${Math.round(performance.now() - before)} ms`)
})
