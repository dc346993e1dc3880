import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { reeve } from '../helpers/reeve.ts'
import { directoryOf, temporaryDirectory } from '../helpers/temporary-directory.ts'

const own = (kind: string, name: string, spec: string) =>
  `apiVersion: reeve.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`

test('a mistyped field, group, dependency and template of a document is told with what was meant', async (t) => {
  const directory = await directoryOf(t, {
    'groups/g.yaml': own('InstallationGroup', 'production', '{}'),
    'charts/app/cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    'acme/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    'fleet/field.yaml': own('Installation', 'field', '{grup: production, template: {path: charts/app}}'),
    'fleet/group.yaml': own('Installation', 'group', '{group: prodution, template: {path: charts/app}}'),
    'fleet/dependency.yaml': own(
      'Installation',
      'dependency',
      '{dependsOn: [acne], template: {path: charts/app}}',
    ),
    'fleet/template.yaml': own('Installation', 'template', '{template: {path: chart/app}}'),
  })
  const { stdout, stderr } = await reeve(['validate', directory])
  const text = stdout + stderr
  for (const [file, meant] of [
    ['field', 'spec.grup; did you mean group?'],
    ['group', '"prodution"; did you mean production?'],
    ['dependency', 'acne; did you mean acme?'],
    ['template', 'chart/app; did you mean charts/app?'],
  ] as const)
    t.regex(text, new RegExp(`fleet/${file}.yaml:4: .*${meant.replaceAll('?', '\\?')}`), text)
})

test('a mistyped key of the configuration file and a mistyped variable are refused with what was meant', async (t) => {
  const directory = await temporaryDirectory(t)
  const config = join(directory, 'config.yaml')
  await writeFile(config, 'intervall: 3s\n')
  const { code, stderr } = await reeve(['run', '--config', config], {
    REEVE_CLUSTR: 'hunter2',
    REEVE_CLUSTER_NAME: 'hunter2',
    REEVE_SERVICE_HOST: '10.0.0.1',
    REEVE_REPO_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
    REEVE_SOMETHING_ELSE: 'x',
  })
  t.is(code, 2)
  t.regex(
    stderr,
    /config\.yaml:1: invalid configuration file: unknown key "intervall"; did you mean interval\?/,
  )
  t.regex(stderr, /variable REEVE_CLUSTR is unknown; did you mean REEVE_CLUSTER\?/)
  t.regex(stderr, /variable REEVE_CLUSTER_NAME is unknown; did you mean REEVE_CLUSTER\?/)
  t.notRegex(stderr, /hunter2|SERVICE_HOST|8080|SOMETHING/)
})
