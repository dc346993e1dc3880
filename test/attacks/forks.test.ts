import test from 'ava'
import { AskedSources, type Sources } from '../../src/control/fleet/asked-sources.ts'
import { declareFleet } from '../../src/control/fleet/fleet.ts'
import { Keyring } from '../../src/control/fleet/keyring.ts'
import { Renderers } from '../../src/control/fleet/renderers.ts'
import { WITHOUT_KEYS } from '../../src/control/review/without-keys.ts'
import { Secret } from '../../src/model/secret.ts'
import { NO_TENANCY } from '../../src/model/tenancy.ts'
import { declareFiles, type RepositoryFiles, snapshotOf } from '../helpers/declare-files.ts'
import { AGE_KEY, chartWith, documentWith } from './derived-secrets.ts'

const SECRET = 'Xq7v-Kw9zPJ4m'
const { decrypt } = new Keyring({ ageKey: new Secret(AGE_KEY) })
const map = (data: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {${data}}\n`

async function filesWith(template: string): Promise<RepositoryFiles> {
  return {
    ...chartWith({ 'a.yaml': template }),
    ...(await documentWith({ password: SECRET })),
    'other/a.yaml': map('a: b').replace('name: a', 'name: other'),
  }
}

/** What a fork's change of the files makes of the fleet that the target has. */
async function forked(before: RepositoryFiles, changed: RepositoryFiles) {
  const target = await declareFiles(before, { decrypt })
  await using renderers = new Renderers({ decrypt: WITHOUT_KEYS.decrypt })
  const placement = { namespace: 'default', accounts: NO_TENANCY.accounts }
  const options = { placement, renderers, keepsKnown: true, ...WITHOUT_KEYS }
  const fleet = await declareFleet(snapshotOf({ ...before, ...changed }), options, target)
  return { target, fleet }
}

test('a fork’s template is not filled in with a secret', async (t) => {
  const before = await filesWith(map('a: b'))
  const asks = map('a: {{ if hasPrefix "Xq" .Values.password }}yes{{ else }}no{{ end }}')
  const { target, fleet } = await forked(before, chartWith({ 'a.yaml': asks }))
  t.deepEqual(target.installations.get('acme')?.faults, [])
  const acme = fleet.installations.get('acme')
  t.deepEqual(
    acme?.faults.map(({ code }) => code),
    ['undecryptable'],
  )
  t.notRegex(JSON.stringify(acme?.objects.map(({ object }) => object)), /yes|no"/)
})

test('a fork’s copy of an encrypted document is not decrypted', async (t) => {
  const before = await filesWith(map('a: b'))
  const copy = String(before['fleet/acme.yaml']).replaceAll('"acme"', '"copied"')
  const { fleet } = await forked(before, { 'fleet/copied.yaml': copy })
  const faults = [...fleet.installations.values()].flatMap((each) => each.faults.map(({ code }) => code))
  t.true(faults.includes('undecryptable'), faults.join(' '))
  t.false(JSON.stringify([...fleet.installations.values()].map((each) => each.objects)).includes(SECRET))
})

test('what a fork does not touch stays as the target has it, secrets included', async (t) => {
  const before = await filesWith(map('a: {{ .Values.password | quote }}'))
  const { target, fleet } = await forked(before, {
    'other/a.yaml': map('a: c').replace('name: a', 'name: other'),
  })
  t.is(fleet.installations.get('acme'), target.installations.get('acme'))
  t.not(fleet.installations.get('other'), target.installations.get('other'))
  t.deepEqual(fleet.installations.get('other')?.faults, [])
})

test('a fork has nothing fetched that its target does not use', async (t) => {
  const asked: string[] = []
  const none = { fault: { code: 'template-unavailable', message: 'none', remedy: '' } as const }
  const sources: Sources = {
    tree: async (reference) => {
      asked.push(JSON.stringify(reference))
      return none
    },
    package: async (chart) => {
      asked.push(JSON.stringify(chart))
      return none
    },
    newest: async (chart) => {
      asked.push(JSON.stringify(chart))
      return '1.2.3'
    },
  }
  const evil = 'https://evil.example/x.git'
  const commit = 'ab'.repeat(20)
  const installation = (name: string, template: object) =>
    JSON.stringify({
      apiVersion: 'reeve.dev/v1alpha1',
      kind: 'Installation',
      metadata: { name },
      spec: { template },
    })
  const chart = { repository: 'https://evil.example/charts', name: 'web', version: '1.0.0' }
  const ways: Readonly<Record<string, RepositoryFiles>> = {
    'a repository': { 'x/reeve.yaml': installation('x', { git: { url: evil, commit }, path: 'a' }) },
    'a chart': { 'x/reeve.yaml': installation('x', { chart }) },
    'a range of versions': { 'x/reeve.yaml': installation('x', { chart: { ...chart, version: '^1.0.0' } }) },
    'a range that a lock file answers': {
      'x/reeve.yaml': installation('x', { chart: { ...chart, version: '^1.0.0' } }),
      'reeve.lock': JSON.stringify({
        charts: [{ ...chart, version: '^1.0.0', locked: '1.2.3', digest: `sha256:${'a'.repeat(64)}` }],
      }),
    },
    'a base of an overlay': {
      'x/reeve.yaml': installation('x', { path: 'overlay' }),
      'overlay/kustomization.yaml': `resources: ['${evil}//a?ref=${commit}']\n`,
    },
    'a component of an overlay': {
      'x/reeve.yaml': installation('x', { path: 'overlay' }),
      'overlay/kustomization.yaml': `components: ['${evil}//a?ref=${commit}']\n`,
    },
    'a dependency of a chart': {
      'x/reeve.yaml': installation('x', { path: 'charts/web' }),
      ...chartWith({ 'a.yaml': map('a: b') }),
      'charts/web/Chart.yaml': `apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: db, version: 1.0.0, repository: 'https://evil.example/charts'}]\n`,
    },
  }
  for (const [way, files] of Object.entries(ways)) {
    for (const isFork of [false, true]) {
      asked.length = 0
      const followed = new AskedSources(sources)
      await using renderers = new Renderers({
        decrypt,
        sources: isFork ? followed.ofOthers : followed,
        remoteBases: ['evil.example/x'],
      })
      const fleet = await declareFiles(files, { renderers })
      const faults = [...fleet.installations.values()].flatMap((each) => each.faults.map(({ code }) => code))
      t.true(faults.length > 0, `${way} is a fault`)
      if (isFork) t.deepEqual(asked, [], way)
      else if (!way.includes('range')) t.not(asked.length, 0, `${way} asks`)
    }
  }
})
